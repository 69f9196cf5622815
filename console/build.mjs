// Builds what browsers load into mast_console/static, under names that hold the hash of their content, and
// writes there what it was built of. `make console-assets` runs it; the result is kept in the repository, so
// that a machine without Node can serve the console. A test compares. `node build.mjs graphiql` builds that alone.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, extname, join } from "node:path";
import esbuild from "esbuild";

const SOURCES = "src";
const TARGET = "mast_console/static";
const EXPLORER = "mast_console/graphiql";
const SCRIPTS = ["alerts.js", "console.js", "network.js", "time.js"];
const hash = (content) => createHash("sha256").update(content).digest("hex");

async function style() {
  const sass = await import("sass"); // which asks for a newer Node than the rest
  const { css } = sass.compile(join(SOURCES, "console.scss"), {
    loadPaths: [".", "node_modules"],
    style: "compressed",
    quietDeps: true,
  });
  return `${css}\n`;
}

async function script(name) {
  const { outputFiles } = await esbuild.build({
    entryPoints: [join(SOURCES, name)],
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2020",
    legalComments: "none",
    write: false,
  });
  return outputFiles[0].text;
}

/** GraphiQL, for development: over a megabyte that no service needs, so neither kept in the repository nor packed. */
async function explorer() {
  const { outputFiles } = await esbuild.build({
    entryPoints: [join(SOURCES, "graphiql.js")],
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2020",
    define: { "process.env.NODE_ENV": '"production"' },
    outdir: EXPLORER,
    write: false,
  });
  rmSync(EXPLORER, { recursive: true, force: true });
  mkdirSync(EXPLORER, { recursive: true });
  // Its typefaces are a fifth of it, and would have to be allowed.
  for (const { path, text } of outputFiles) writeFileSync(path, text.replace(/@font-face\{[^}]*\}/g, ""));
}

await explorer();
if (process.argv[2] === "graphiql") process.exit();
rmSync(TARGET, { recursive: true, force: true });
mkdirSync(TARGET, { recursive: true });
const files = {};
const put = (name, content) => {
  const digest = hash(content);
  const file = `${basename(name, extname(name))}-${digest.slice(0, 12)}${extname(name)}`;
  writeFileSync(join(TARGET, file), content);
  files[name] = { file, sha256: digest };
};
put("console.css", await style());
for (const name of SCRIPTS) put(name, await script(name));
put("icon.svg", readFileSync(join(SOURCES, "icon.svg")));

const lock = JSON.parse(readFileSync("package-lock.json"));
const made = { ...lock.packages[""].dependencies, ...lock.packages[""].devDependencies };
const sources = Object.fromEntries(
  [...readdirSync(SOURCES).sort().map((name) => join(SOURCES, name)), "build.mjs", "package.json"].map((path) => [
    path,
    hash(readFileSync(path)),
  ]),
);
const built = {
  files,
  sources,
  versions: Object.fromEntries(
    Object.keys(made).sort().map((name) => [name, lock.packages[`node_modules/${name}`].version]),
  ),
};
writeFileSync(join(TARGET, "built.json"), `${JSON.stringify(built, null, 1)}\n`);
