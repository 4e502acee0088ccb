// The same words were changed in two places. Both are kept; the person chooses what stands.
import { DEVICE } from "./saved-line.js";

function count(text) {
  const words = text.trim().split(/\s+/).filter(Boolean).length;
  return words === 1 ? "1 word" : `${words} words`;
}

function option(name, value, strong, text, checked) {
  const label = document.createElement("label");
  label.className = "gf-choice";
  const input = document.createElement("input");
  input.className = "form-check-input";
  input.type = "radio";
  input.name = name;
  input.value = value;
  input.checked = checked;
  const words = document.createElement("span");
  const bold = document.createElement("strong");
  bold.textContent = strong;
  words.append(bold, ` ${count(text)}`);
  label.append(input, words);
  return label;
}

function readable(title, text) {
  const details = document.createElement("details");
  const summary = document.createElement("summary");
  summary.className = "gf-crumb";
  summary.textContent = title;
  const words = document.createElement("blockquote");
  words.className = "gf-said is-kind text-break";
  words.textContent = text;
  details.append(summary, words);
  return details;
}

/** Lays both versions before the person; `settle` receives the field values chosen. One question at a time. */
export function askWhich(form, { mine, theirs, when }, settle) {
  form.querySelector("[data-two-versions]")?.remove();
  const differing = Object.keys({ ...theirs, ...mine }).filter((name) => String(mine[name]) !== String(theirs[name]));
  const isRead = (name) => form.elements.namedItem(name)?.type !== "hidden";
  const joined = (values) => differing.filter(isRead).map((name) => values[name]).filter(Boolean).join("\n\n");
  const box = document.createElement("section");
  box.className = "card mb-4";
  box.dataset.twoVersions = "";
  box.setAttribute("aria-label", "Two versions of your words");
  const body = document.createElement("div");
  body.className = "card-body";
  const title = document.createElement("h2");
  title.className = "h3";
  title.textContent = "Two versions of your words";
  const lead = document.createElement("p");
  lead.textContent = "You wrote here in two places. We kept both. Which one shall stand?";
  const choices = document.createElement("div");
  choices.className = "gf-choices mb-3";
  choices.append(
    option("gf-version", "mine", `On this ${DEVICE},`, joined(mine), true),
    option("gf-version", "theirs", when ? `Saved at ${when},` : "Saved elsewhere,", joined(theirs), false),
    option("gf-version", "both", "Both, one after the other,", `${joined(mine)} ${joined(theirs)}`, false),
  );
  const use = document.createElement("button");
  use.type = "button";
  use.className = "btn btn-primary";
  use.textContent = "Use this one";
  use.addEventListener("click", () => {
    const answer = box.querySelector("input:checked").value;
    const both = { ...mine };
    for (const name of differing) both[name] = [mine[name], theirs[name]].filter(Boolean).join("\n\n");
    box.remove();
    settle({ mine, theirs, both }[answer]);
  });
  body.append(title, lead, choices, readable(`Read the one on this ${DEVICE}`, joined(mine)), readable("Read the other one", joined(theirs)), use);
  box.append(body);
  form.prepend(box);
  title.tabIndex = -1;
  title.focus();
}
