// Questions written by hand, in development only. What is written stays in this page: no browser storage.
import { setNonce } from "get-nonce";
import { GraphiQL } from "graphiql";
import "graphiql/graphiql.css";
import "./graphiql.css";
import { createElement } from "react";
import { createRoot } from "react-dom/client";

const place = document.getElementById("graphiql");
const { nonce, csrf, to } = place.dataset;

/** Asks as the page does: by a form, with the session's secret; the token stays where it is. */
async function fetcher(asked) {
  const body = new URLSearchParams({ csrf, asked: JSON.stringify(asked) });
  const response = await fetch(to, { method: "POST", body, redirect: "manual" });
  if (response.type === "opaqueredirect") return { errors: [{ message: "Your session has ended. Load the page again." }] };
  return response.json();
}

const kept = new Map();
const storage = {
  get length() { return kept.size; },
  getItem: (name) => kept.get(name) ?? null,
  setItem: (name, value) => kept.set(name, value),
  removeItem: (name) => kept.delete(name),
  clear: () => kept.clear(),
};

/** What it shows without a name, as somebody hears it who does not see it. */
const NAMES = {
  ".graphiql-query-editor textarea": "Question, in GraphQL",
  ".graphiql-editor-tool textarea": "Variables, as JSON",
  ".result-window textarea": "Answer",
  ".CodeMirror-hints": "What can stand here",
};
function name() {
  for (const [where, said] of Object.entries(NAMES)) {
    for (const each of document.querySelectorAll(where)) each.setAttribute("aria-label", said);
  }
}

setNonce(nonce);
new MutationObserver(name).observe(document.body, { childList: true, subtree: true });
createRoot(place).render(
  createElement(GraphiQL, {
    fetcher,
    storage,
    forcedTheme: "light",
    isHeadersEditorEnabled: false,
    shouldPersistHeaders: false,
    showPersistHeadersSettings: false,
    defaultQuery: "{ __typename }",
  }),
);
