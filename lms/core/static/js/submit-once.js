// One press, one submission: the button rests until the answer comes, and wakes if the person comes back to the page.
const RESTING = "data-resting";

function rest(form) {
  for (const button of form.querySelectorAll("button:not([type=button])")) {
    if (button.disabled) continue;
    button.disabled = true;
    button.setAttribute(RESTING, "");
  }
}

export function wake(root = document) {
  for (const button of root.querySelectorAll(`[${RESTING}]`)) {
    button.disabled = false;
    button.removeAttribute(RESTING);
  }
}

export function guardSubmits() {
  document.addEventListener("submit", (event) => {
    // Later, so that the pressed button's own name and value still go with the form.
    // A form whose answer is a file leaves the page where it is: its button must not rest for ever.
    if (event.defaultPrevented || event.target.hasAttribute("data-download")) return;
    setTimeout(() => rest(event.target), 0);
  });
  window.addEventListener("pageshow", () => wake());
}
