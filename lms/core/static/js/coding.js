// form[data-coding]: an answer is coded without a mouse. Keys 1 to 9 tick the themes, Enter keeps and goes on.
const KEYS = "123456789";

export function startCoding() {
  const form = document.querySelector("form[data-coding]");
  if (!form) return;
  for (const hint of form.querySelectorAll("[data-keys]")) hint.hidden = false;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const box = KEYS.includes(event.key) && form.querySelectorAll("input[type=checkbox]")[KEYS.indexOf(event.key)];
    if (box) {
      box.click();
      event.preventDefault();
    } else if (event.key === "Enter" && !event.target.closest("a, button, summary")) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
}
