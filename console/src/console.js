// What makes pages easier where scripts run. Every page does without.
import { Button, ErrorSummary, NotificationBanner, SkipLink, createAll } from "govuk-frontend";
import "./keys.js";

const WARN_S = 120;
const TICK_MS = 5_000;
const said = document.getElementById("live");

// A browser that runs modules runs these parts.
document.body.classList.add("js-enabled", "govuk-frontend-supported");
for (const Part of [Button, ErrorSummary, NotificationBanner, SkipLink]) createAll(Part);

/** Say something where a screen reader hears it, once. */
function say(text) {
  if (said && said.textContent !== text) said.textContent = text;
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// A slow network: the button says that it was heard, and a lost one that nothing was sent.
for (const form of document.querySelectorAll("form[data-wait]")) {
  form.addEventListener("submit", (event) => {
    if (!navigator.onLine) {
      event.preventDefault();
      say("You are offline. Nothing was sent, and what you typed is still here. Try again when you are back.");
      return;
    }
    const button = form.querySelector("button");
    const text = button.textContent;
    button.textContent = form.dataset.wait;
    window.addEventListener("pageshow", () => (button.textContent = text), { once: true });
  });
}
window.addEventListener("offline", () => say("You are offline. What you see may be out of date by now."));
window.addEventListener("online", () => say("You are online again. Load the page again to be sure of it."));

// Before a session ends its owner is told, while what they typed is still on the page.
const ends = Number(document.body.dataset.endsIn) * 1_000;
if (ends) {
  const timer = setInterval(() => {
    const left = Math.round((ends - Date.now()) / 1_000);
    if (left > WARN_S) return;
    if (left > 0) {
      say("Your sign-in ends in less than two minutes. What you have typed is kept: you will be asked to sign in.");
    } else {
      say("Your sign-in has ended. What you have typed is kept: send it, sign in, and go on.");
      clearInterval(timer);
    }
  }, TICK_MS);
}

// Pages that the browser kept for its back button are asked for again: they may be out of date, or not ours now.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) window.location.reload();
});
