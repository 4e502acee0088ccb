// form[data-keying]: a form on paper is keyed without a mouse. Enter goes on; where one key is the whole answer
// (data-one-key="123x"), the next box follows by itself; what a key stands for is marked beside the box.
const boxesOf = (form) => [...form.querySelectorAll("input:not([type=hidden]), textarea, button:not([tabindex])")];

function onward(box) {
  const boxes = boxesOf(box.form);
  const next = boxes[boxes.indexOf(box) + 1];
  next?.focus();
  next?.select?.();
}

function mark(box) {
  const keys = document.getElementById(`${box.id}-keys`);
  const typed = box.value.trim().toLowerCase();
  for (const each of keys?.querySelectorAll("[data-key]") ?? []) {
    const key = each.dataset.key;
    each.classList.toggle("is-typed", typed === key || (!box.dataset.oneKey && key.length === 1 && typed.includes(key)));
  }
}

function start(form) {
  for (const box of form.querySelectorAll("input")) mark(box);
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || event.target.matches("button, textarea")) return;
    event.preventDefault();
    onward(event.target);
  });
  form.addEventListener("input", (event) => {
    const box = event.target;
    if (box.matches("[type=checkbox]")) return;
    mark(box);
    if (box.dataset.oneKey?.includes(box.value.trim().toLowerCase()) && box.value.trim().length === 1) onward(box);
  });
}

export function startKeying() {
  for (const form of document.querySelectorAll("form[data-keying]")) start(form);
}
