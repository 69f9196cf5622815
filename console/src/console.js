// What makes pages easier where scripts run. Every page does without.
import { Button, ErrorSummary, NotificationBanner, SkipLink, createAll } from "govuk-frontend";
import "./keys.js";

const WARN_S = 120;
const TICK_MS = 5_000;
const SLOW_MS = 8_000;
const REACHED_WITHIN_MS = 15_000;
const said = document.getElementById("live");

// A browser that runs modules runs these parts.
document.body.classList.add("js-enabled", "govuk-frontend-supported");
for (const Part of [Button, ErrorSummary, NotificationBanner, SkipLink]) createAll(Part);

/** Say something where a screen reader hears it, once. */
function say(text) {
  if (said && said.textContent !== text) said.replaceChildren(text);
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// A whole id is too long to be typed off a page: where a browser lets pages copy, it goes from here to the form.
for (const button of navigator.clipboard ? document.querySelectorAll("[data-copy]") : []) {
  button.hidden = false;
  button.addEventListener("click", () => navigator.clipboard.writeText(button.dataset.copy).then(
    () => say("The id is copied."),
    () => say("It could not be copied: choose it on the page instead."),
  ));
}

/** Whether the service is reached at all: a telephone with a bar of reception may be on no network. */
async function reached() {
  if (!navigator.onLine) return false;
  const options = { cache: "no-store", signal: AbortSignal.timeout(REACHED_WITHIN_MS) };
  return fetch(document.body.dataset.session, options).then(() => true, () => false);
}

// A slow network: the button says that it was heard, and a lost one that nothing was sent. What is sent into the void
// ends on a page of the browser's, and what was typed is gone: so it is sent only once the service was reached.
for (const form of document.querySelectorAll("form[data-wait]")) {
  let restore = () => {};
  let sure = false;
  let asking = false;
  form.addEventListener("submit", async (event) => {
    if (sure) return;
    event.preventDefault();
    if (asking) return;
    asking = true;
    document.documentElement.dataset.sending = "yes";
    // The button that was pressed says so, and is as it was afterwards: part of it may be there to be heard only.
    const button = event.submitter ?? form.querySelector("button[type=submit]");
    const inside = [...button.childNodes];
    restore = () => button.replaceChildren(...inside);
    button.replaceChildren(form.dataset.wait);
    const slow = setTimeout(() => say("The network is slow. It is still being tried, and what you typed is still here."), SLOW_MS);
    const there = await reached();
    asking = false;
    if (there) {
      sure = true;
      form.requestSubmit(event.submitter);
    } else {
      clearTimeout(slow);
      delete document.documentElement.dataset.sending;
      restore();
      say("You are offline. Nothing was sent, and what you typed is still here. Try again when you are back.");
    }
  });
  window.addEventListener("pageshow", () => {
    sure = false;
    delete document.documentElement.dataset.sending;
    restore();
  });
}
window.addEventListener("offline", () => say("You are offline. What you see may be out of date by now."));
window.addEventListener("online", () => say("You are online again. Load the page again to be sure of it."));

// Before a session ends its owner is told, while what they typed is still on the page, and can go on with it.
const { endsIn, idleS, session, csrf } = document.body.dataset;
const ends = Number(endsIn) * 1_000;
let idleEnds = Date.now() + Number(idleS) * 1_000;
let timer = 0;

/** What the service says is left of the session: another tab may have kept it, and a click here can. */
async function ask(options = {}) {
  const response = await fetch(session, { cache: "no-store", ...options });
  const { idle } = await response.json();
  idleEnds = Date.now() + idle * 1_000;
  return idle;
}

async function stay() {
  const idle = await ask({ method: "POST", body: new URLSearchParams({ csrf }) }).catch(() => 0);
  if (idle > WARN_S) say("You stay signed in.");
}

function warnOfIdleness() {
  if (said.querySelector("button")) return;
  say("You will be signed out in less than two minutes, for nothing has happened. What you have typed is kept. ");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "govuk-button govuk-button--secondary";
  button.textContent = "Stay signed in";
  button.addEventListener("click", stay);
  said.append(button);
}

async function tick() {
  const left = (end) => Math.round((end - Date.now()) / 1_000);
  if (left(idleEnds) <= WARN_S) await ask().catch(() => {});
  const soonest = Math.min(left(ends), left(idleEnds));
  if (soonest > WARN_S) return;
  if (soonest <= 0) {
    say("Your sign-in has ended. What you have typed is kept: send it, sign in, and go on.");
    clearInterval(timer);
  } else if (left(ends) <= WARN_S) {
    say("Your sign-in ends in less than two minutes. What you have typed is kept: you will be asked to sign in.");
  } else {
    warnOfIdleness();
  }
}
if (ends) timer = setInterval(tick, TICK_MS);

// Pages that the browser kept for its back button are asked for again: they may be out of date, or not ours now.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) window.location.reload();
});
