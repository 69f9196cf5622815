// Says how many new alerts there are. Which, the page says once it is asked for anew: it never moves by itself.
const said = document.getElementById("new-alerts");
const shown = new Set([...document.querySelectorAll("[data-alert]")].map((each) => each.dataset.alert));
const fresh = new Set();

function link(text) {
  const made = document.createElement("a");
  made.className = "govuk-link";
  made.href = said.dataset.then;
  made.textContent = text;
  return made;
}

function tell() {
  if (fresh.size) said.replaceChildren(`${fresh.size} new alert${fresh.size === 1 ? "" : "s"}: `, link("show"));
}

function over(why) {
  said.dataset.live = why;
  const where = why === "elsewhere" ? "on another page of yours" : "here no longer";
  if (!fresh.size) said.replaceChildren(`New alerts are told of ${where}: `, link("look again"));
}

const stream = new EventSource(said.dataset.stream);
stream.addEventListener("open", () => (said.dataset.live = "yes"));
stream.addEventListener("alerts", (event) => {
  for (const id of event.data.split(" ")) if (!shown.has(id)) fresh.add(id);
  tell();
});
stream.addEventListener("over", (event) => {
  stream.close();
  over(event.data);
});
// A lost connection is made again by the browser; one that was refused is not.
stream.addEventListener("error", () => {
  if (stream.readyState === EventSource.CLOSED) over("ended");
});
window.addEventListener("pagehide", () => stream.close());
