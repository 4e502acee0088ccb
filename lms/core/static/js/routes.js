// [data-asked-if][data-asked-is]: a question that hangs on an answer of the same page shows when that answer is given.
//
// data-asked-if: the name of the other question's field; data-asked-is: its answers, with blanks between. The server decides
// the same when the page is saved; what is hidden is disabled, so that it is not sent.

function answersTo(form, name) {
  return [...form.elements]
    .filter((control) => control.name === name && !control.matches(":disabled"))
    .filter((control) => !["radio", "checkbox"].includes(control.type) || control.checked)
    .map((control) => control.value.trim());
}

function follow(form) {
  // In the order of the page, so that a question is shut before those that hang on it are looked at.
  for (const part of form.querySelectorAll("[data-asked-if]")) {
    const given = answersTo(form, part.dataset.askedIf);
    const isAsked = part.dataset.askedIs.split(" ").some((code) => given.includes(code));
    part.hidden = !isAsked;
    part.disabled = !isAsked;
  }
}

export function startRoutes() {
  for (const form of document.querySelectorAll("form:has([data-asked-if])")) {
    form.addEventListener("input", () => follow(form));
    form.addEventListener("change", () => follow(form));
    follow(form);
  }
}
