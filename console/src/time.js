// Moves a network through time: the slider sets the date that the form beside it sends, and sends it.
const PAUSE_MS = 700;
const time = document.getElementById("time");
const slider = document.getElementById("day");

// On a telephone what can be chosen would fill the first screen: it is opened by whoever wants it.
const choose = document.getElementById("choose");
const narrow = window.matchMedia("(max-width: 40em)");
const fold = () => (choose.open = !narrow.matches || window.location.hash === "#moving" || "keep" in choose.dataset);
fold();
narrow.addEventListener("change", fold);

if (time) {
  const days = [...document.querySelectorAll("#days li")];
  const said = document.getElementById("day-says");
  const date = document.getElementById("as_at");
  let timer;

  const tell = () => {
    const text = days[slider.value].textContent;
    said.textContent = text;
    slider.setAttribute("aria-valuetext", text);
  };
  // Back here with the keyboard where it was: whoever moves on does not look for the slider again. The fragment
  // names no part of the page, or browsers would move that under what stays in view.
  const send = () => {
    slider.form.setAttribute("action", `${slider.form.getAttribute("action")}#moving`);
    slider.form.requestSubmit();
  };
  slider.addEventListener("input", () => {
    tell();
    date.value = days[slider.value].dataset.day;
    clearTimeout(timer);
    timer = setTimeout(send, PAUSE_MS);
  });
  time.hidden = false;
  tell();
  if (window.location.hash === "#moving") slider.focus();
}
