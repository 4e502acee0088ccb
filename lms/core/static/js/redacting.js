// [data-original]: words that are marked in an answer go to the list of what to hide, in one press.
export function startRedacting() {
  const original = document.querySelector("[data-original]");
  const part = document.querySelector("[data-marking]");
  if (!original || !part) return;
  const words = document.getElementById("written_words");
  // on a phone the press on the button takes the mark away first
  let marked = "";
  const note = () => {
    const selection = document.getSelection();
    const text = selection.toString().replace(/\s+/g, " ").trim();
    if (text && original.contains(selection.anchorNode) && original.contains(selection.focusNode)) marked = text;
  };
  document.addEventListener("selectionchange", note);
  note(); // what was marked before this script arrived
  part.hidden = false;
  part.querySelector("[data-hide-marked]").addEventListener("click", () => {
    note();
    if (!marked) return;
    words.value = `${words.value.trim()}\n${marked}`.trim();
    words.dispatchEvent(new Event("input", { bubbles: true }));
    marked = "";
  });
}
