// Draws the table of links beside itself: one source, so that the two never differ.
import { forceCollide, forceLink, forceManyBody, forceSimulation, forceX, forceY } from "d3-force";

const begun = performance.now();
const SVG = "http://www.w3.org/2000/svg";
// A drawing settles in so many rounds while it can be read at all; a large one only has to fall into its parts.
const ROUNDS = 300;
const FEWEST_ROUNDS = 45;
const READABLE = 50;
const COLD = 0.001;
const LARGE = 100;
// Names are wider than they are high: things are laid out in a round world, and drawn in one that is stretched.
const APART = 45;
const STRETCH = 1.75;
const A_LINE = 22;
// How far off the straight way the middle of a curve is, of how long it is.
const BEND = 0.45;
const SHAPES = {
  person: "M0,-12A12,12 0 1,1 0,12A12,12 0 1,1 0,-12Z",
  household: "M-13,12V-3L0,-14L13,-3V12Z",
  address: "M0,-14L14,0L0,14L-14,0Z",
  agency: "M-13,-9H13V9H-13Z",
};

const table = document.getElementById("links");
const place = document.getElementById("network");
const why = document.getElementById("network-why");

const things = new Map();
const links = [];
const linksOf = new Map();
for (const row of table.querySelectorAll("tr[data-left]")) {
  const { left, leftKind, leftName, right, rightKind, rightName, says, open, look } = row.dataset;
  for (const each of [{ id: left, kind: leftKind, name: leftName }, { id: right, kind: rightKind, name: rightName }]) {
    if (things.has(each.id)) continue;
    things.set(each.id, each);
    linksOf.set(each.id, []);
  }
  const link = { source: left, target: right, says: `${leftName} ${says}: ${rightName}`, open: open === "yes", look, row };
  links.push(link);
  for (const id of new Set([left, right])) linksOf.get(id).push(link);
}

/** An element of a drawing, with its attributes. */
function element(name, attributes = {}, ...inside) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...inside);
  return made;
}

/** How many rounds so many things are moved for: each costs as many times more as there are more things. */
function roundsFor(many) {
  return Math.max(Math.min(ROUNDS, Math.round((ROUNDS * READABLE) / many)), FEWEST_ROUNDS);
}

/** Where everything lies; the same table gives the same drawing. */
function laidOut(width, height) {
  const nodes = [...things.values()];
  const rounds = roundsFor(nodes.length);
  const centre = things.get(table.dataset.centre);
  if (centre) [centre.fx, centre.fy] = [0, 0];
  const squeeze = (STRETCH * height) / width;
  forceSimulation(nodes)
    .force("link", forceLink(links).id((each) => each.id).distance(85))
    .force("charge", forceManyBody().strength(-430))
    .force("apart", forceCollide(APART))
    .force("x", forceX().strength(0.06 * squeeze))
    .force("y", forceY().strength(0.06 / squeeze))
    .alphaDecay(1 - COLD ** (1 / rounds))
    .stop()
    .tick(rounds);
  for (const each of nodes) each.x *= STRETCH;
  return nodes;
}

/** Say what something is, and mark where the table says it too. */
function tell(text, rows) {
  why.textContent = text;
  for (const each of table.querySelectorAll(".mast-chosen")) each.classList.remove("mast-chosen");
  for (const row of rows) row.classList.add("mast-chosen");
}

/** Who is chosen here is marked in the other view, and in the address of this one. */
function mark(each) {
  document.getElementById("of").value = each.id;
  for (const link of [document.getElementById("as-timeline"), document.getElementById("as-links")]) {
    const to = new URL(link.href);
    to.searchParams.set("of", each.id);
    link.href = to.href;
  }
  window.history.replaceState(null, "", document.getElementById("as-links").href);
}

/** What is told is put together when somebody asks: of an agency that knows everybody it is long. */
function chosen(made, text, rows) {
  made.addEventListener("focus", () => tell(text(), rows));
  made.addEventListener("click", () => made.focus());
  return made;
}

/** A person is marked by a click or a key that presses buttons, and not by passing over them. */
function pressed(made, each) {
  const press = () => {
    mark(each);
    for (const other of place.querySelectorAll("[aria-pressed=true]")) other.setAttribute("aria-pressed", "false");
    made.setAttribute("aria-pressed", "true");
  };
  made.setAttribute("role", "button");
  made.setAttribute("aria-pressed", String(each.id === table.dataset.marked));
  made.addEventListener("click", press);
  made.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    press();
  });
  return made;
}

/** Straight, but from one of two who are related to the other: that goes around what lies between them. */
function way({ source, target, look }) {
  const { x, y } = source;
  if (look !== "related") return `M${x},${y}L${target.x},${target.y}`;
  const [across, down] = [target.x - x, target.y - y];
  return `M${x},${y}Q${x + across / 2 - down * BEND},${y + down / 2 + across * BEND} ${target.x},${target.y}`;
}

function line(each) {
  const { says, open, look, row } = each;
  const ends = { d: way(each) };
  const drawn = (open ? ["--open", "--gap"] : [look ? `--${look}` : ""]).map((kind) => element("path", { ...ends, class: kind ? `mast-line mast-line${kind}` : "mast-line" }));
  const name = { class: "mast-link", tabindex: 0, role: "img", "aria-label": says };
  return chosen(element("g", name, element("path", { ...ends, class: "mast-touch" }), ...drawn), () => says, [row]);
}

/** A name in two lines at most, broken between words. */
function lines(name) {
  if (name.length <= A_LINE) return [name];
  const space = name.lastIndexOf(" ", A_LINE);
  const at = space > 0 ? space : A_LINE;
  const rest = name.slice(at).trim();
  return [name.slice(0, at), rest.length > A_LINE ? `${rest.slice(0, A_LINE - 1)}…` : rest];
}

function shape(each) {
  const own = linksOf.get(each.id);
  const text = () => `${each.name}: ${own.length} ${own.length === 1 ? "link" : "links"}. ${own.map((link) => link.says).join(". ")}`;
  const label = element("text", { "text-anchor": "middle", class: "mast-label" }, ...lines(each.name).map((said, at) => element("tspan", { x: 0, y: 26 + 14 * at }, said)));
  const centre = [table.dataset.centre, table.dataset.marked].includes(each.id) ? " mast-thing--centre" : "";
  const name = { class: `mast-thing mast-thing--${each.kind}${centre}`, transform: `translate(${each.x},${each.y})`, tabindex: 0, role: "img", "aria-label": `${each.name}, ${own.length} ${own.length === 1 ? "link" : "links"}` };
  const rows = own.map((link) => link.row);
  if (each.id === table.dataset.marked) tell(text(), rows);
  const made = chosen(element("g", name, element("path", { d: SHAPES[each.kind] }), label), text, rows);
  return each.kind === "person" ? pressed(made, each) : made;
}

function draw() {
  place.hidden = false;
  const target = place.querySelector(".mast-network__drawing");
  const width = Math.max(target.clientWidth, 300);
  const nodes = laidOut(width, Math.min(560, width));
  const [left, right] = [Math.min(...nodes.map((each) => each.x)) - 80, Math.max(...nodes.map((each) => each.x)) + 80];
  const [top, bottom] = [Math.min(...nodes.map((each) => each.y)) - 24, Math.max(...nodes.map((each) => each.y)) + 54];
  const drawing = element("svg", { viewBox: `${left} ${top} ${right - left} ${bottom - top}`, class: nodes.length > LARGE ? "mast-drawing mast-drawing--large" : "mast-drawing", role: "group", "aria-label": "Drawing of the links. The table says the same." });
  drawing.append(...links.map(line), ...nodes.map(shape));
  target.replaceChildren(drawing);
  for (const each of place.querySelectorAll("[data-legend]")) {
    const mark = element("svg", { viewBox: "-16 -16 32 32", class: "mast-legend__mark", "aria-hidden": "true" });
    mark.append(element("g", { class: `mast-thing mast-thing--${each.dataset.legend}` }, element("path", { d: SHAPES[each.dataset.legend] })));
    each.before(mark);
  }
}

/** What does not fit into its frame begins where its centre is, and it is said that it can be moved. */
function fit() {
  const frame = place.querySelector(".mast-network__drawing");
  const beside = document.querySelector(".mast-beside__table");
  const over = (each) => each.scrollWidth > each.clientWidth + 1 || each.scrollHeight > each.clientHeight + 1;
  document.getElementById("network-move").hidden = !over(frame);
  document.getElementById("links-move").hidden = !over(beside) || window.getComputedStyle(beside).overflowY !== "auto";
}

/** The household in the middle, or whoever is marked, stands in the middle of the frame. */
function centred() {
  const middle = place.querySelector(".mast-thing--centre");
  const frame = place.querySelector(".mast-network__drawing");
  if (!middle) return;
  const [seen, there] = [frame.getBoundingClientRect(), middle.getBoundingClientRect()];
  frame.scrollLeft += there.left + there.width / 2 - seen.left - seen.width / 2;
  frame.scrollTop += there.top + there.height / 2 - seen.top - seen.height / 2;
}

if (things.size) {
  draw();
  fit();
  centred();
  window.addEventListener("resize", fit);
  place.dataset.drawnInMs = String(Math.round(performance.now() - begun));
}
