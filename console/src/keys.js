// Single keys where a page offers them: a link is followed, a choice made, and never while somebody types.
const offered = document.querySelector("[data-keys]");

function typing(target) {
  return target instanceof HTMLElement && target.closest("input:not([type=radio]), textarea, select");
}

function act(found) {
  found.click();
  const then = found.dataset.then && document.getElementById(found.dataset.then);
  (then || found).focus();
}

if (offered) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || typing(event.target)) return;
    const found = [...offered.querySelectorAll("[data-key]")].find((each) => each.dataset.key === event.key.toLowerCase());
    if (!found) return;
    event.preventDefault();
    act(found);
  });
}
