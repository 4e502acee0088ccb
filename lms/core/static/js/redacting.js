// [data-original]: words that are marked in an answer go to the list of what to hide, in one press.
export function startRedacting() {
  const original = document.querySelector("[data-original]");
  const part = document.querySelector("[data-marking]");
  if (!original || !part) return;
  const words = document.getElementById("written_words");
  part.hidden = false;
  part.querySelector("[data-hide-marked]").addEventListener("click", () => {
    const marked = document.getSelection();
    const text = marked.toString().replace(/\s+/g, " ").trim();
    if (!text || !original.contains(marked.anchorNode) || !original.contains(marked.focusNode)) return;
    words.value = `${words.value.trim()}\n${text}`.trim();
    words.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
