// The saved line beside a form: what is true about the words at this moment.

/** What people call the thing in their hand. */
export const DEVICE = window.matchMedia("(pointer: coarse)").matches ? "phone" : "computer";

/** "4.12pm", in the reader's own clock, which for this product is London's. */
export function clockTime(date) {
  const hour = date.getHours();
  return `${hour % 12 || 12}.${String(date.getMinutes()).padStart(2, "0")}${hour < 12 ? "am" : "pm"}`;
}

function make(form) {
  const line = document.createElement("p");
  line.className = "gf-saved mt-2 mb-0";
  line.setAttribute("role", "status");
  line.dataset.saved = "";
  const words = document.createElement("span");
  words.dataset.savedWords = "";
  line.append(words);
  form.append(line);
  return line;
}

/** The line of a form: its own [data-saved], else the one named by data-autosave-line, else a new one at the end. */
export function savedLine(form) {
  const named = form.dataset.autosaveLine ? document.getElementById(form.dataset.autosaveLine) : null;
  const line = form.querySelector("[data-saved]") ?? named ?? make(form);
  return {
    state: "idle",
    show(state, words, link = null) {
      this.state = state;
      line.dataset.state = state;
      const place = line.querySelector("[data-saved-words]") ?? line;
      const next = link ? [words, " ", link] : [words];
      // A screen reader hears a change of words, not the same words again.
      if (place.textContent !== words || link) place.replaceChildren(...next);
    },
  };
}
