// [data-key="j"]: a single key that follows a link, presses a button, ticks a box or goes to a field. Pages that have such keys
// carry a dialog[data-keys] that lists them: ? opens it, and in it they can be switched off for this device.
const OFF = "gf-keys-off";

function isWriting(target) {
  if (target.closest("textarea, select, [contenteditable], dialog")) return true;
  return target instanceof HTMLInputElement && !["radio", "checkbox", "button", "submit"].includes(target.type);
}

function use(element) {
  if (!element.matches("summary")) element.closest("details:not([open])")?.setAttribute("open", ""); // a summary opens its own
  if (element.matches("a, button, summary, input[type=radio], input[type=checkbox]")) {
    if (!element.matches("a")) element.focus();
    element.click();
  } else element.focus();
}

function areOn() {
  try {
    return localStorage.getItem(OFF) === null;
  } catch {
    return true;
  }
}

function turn(on) {
  try {
    if (on) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "y");
  } catch {
    // no storage: they stay as they are
  }
}

export function startKeys() {
  const dialog = document.querySelector("dialog[data-keys]");
  if (!dialog) return;
  const show = document.querySelector("[data-keys-show]");
  const box = dialog.querySelector("[data-keys-on]");
  box.checked = areOn();
  box.addEventListener("change", () => turn(box.checked));
  show.hidden = false;
  show.addEventListener("click", () => dialog.showModal());
  dialog.querySelector("[data-keys-hide]").addEventListener("click", () => dialog.close());
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isWriting(event.target)) return;
    if (event.repeat || !areOn()) return; // a key held down is pressed once
    if (event.key === "?") {
      dialog.showModal();
      event.preventDefault();
      return;
    }
    const element = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!element) return;
    event.preventDefault();
    use(element);
  });
}
