// Notes on evidence by pointing: words marked in [data-note-text], a box or point drawn on [data-note-sheet]. Both only fill the
// fields of the note's own form (details[data-note-for]), which works without script.
const LEAST = 0.02; // of the page's width or height: less is a tap

function formFor(key) {
  return document.querySelector(`details[data-note-for="${CSS.escape(key)}"]`);
}

function set(box, key, name, value) {
  const field = box.querySelector(`[name="note-${key}-${name}"]`);
  if (field) field.value = value;
}

/** Say that fields were filled: what listens to a person's change hears of it. */
function tell(box) {
  box.querySelector("textarea").dispatchEvent(new Event("change", { bubbles: true }));
}

/**
 * Where a point of a selection lies in the whole text: the pieces of it carry where they begin. Counted in letters as the server
 * counts them, of which a script counts some, such as 🙂, twice.
 */
function positionOf(node, offset) {
  const part = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node).closest("[data-at]");
  if (!part) return null;
  const before = node.nodeType === Node.TEXT_NODE ? node.data.slice(0, offset) : [...node.childNodes].slice(0, offset).map((child) => child.textContent).join("");
  return Number(part.dataset.at) + [...before].length;
}

function markWords(text) {
  const key = text.dataset.noteText;
  const box = formFor(key);
  if (!box) return;
  box.querySelector("[data-note-hint]").hidden = false;
  document.addEventListener("selectionchange", () => {
    const selection = document.getSelection();
    if (!selection || selection.isCollapsed || !selection.rangeCount) return;
    const range = selection.getRangeAt(0);
    if (!text.contains(range.startContainer) || !text.contains(range.endContainer)) return;
    const starts = positionOf(range.startContainer, range.startOffset);
    const ends = positionOf(range.endContainer, range.endOffset);
    if (starts === null || ends === null || ends <= starts) return;
    set(box, key, "starts", starts);
    set(box, key, "ends", ends);
    set(box, key, "words", selection.toString().replace(/\s+/g, " ").trim());
    box.open = true;
    tell(box);
  });
  // words typed by hand stand for themselves: the server looks for them
  for (const name of ["words", "paragraph"]) {
    box.querySelector(`[name="note-${key}-${name}"]`)?.addEventListener("input", () => {
      set(box, key, "starts", "");
      set(box, key, "ends", "");
    });
  }
}

const within = (value) => Math.min(1, Math.max(0, value));

function drawOn(sheet) {
  const key = sheet.dataset.noteSheet;
  const box = formFor(key);
  if (!box) return;
  box.querySelector("[data-note-hint]").hidden = false;
  sheet.dataset.drawable = "";
  const marks = sheet.querySelector("svg");
  let from = null;
  let drawn = null;
  const at = (event) => {
    const edge = sheet.getBoundingClientRect();
    return { x: within((event.clientX - edge.left) / edge.width), y: within((event.clientY - edge.top) / edge.height) };
  };
  const area = (to) => ({ x: Math.min(from.x, to.x), y: Math.min(from.y, to.y), width: Math.abs(to.x - from.x), height: Math.abs(to.y - from.y) });
  sheet.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || event.pointerType === "touch") return; // a finger scrolls; it taps below
    from = at(event);
    event.preventDefault();
    sheet.setPointerCapture(event.pointerId);
  });
  sheet.addEventListener("pointermove", (event) => from && draw(area(at(event))));
  sheet.addEventListener("pointerup", (event) => from && take(area(at(event))));
  sheet.addEventListener("click", (event) => {
    if (event.pointerType !== "touch") return;
    from = at(event);
    take(area(from));
  });

  function draw({ x, y, width, height }) {
    const isPoint = width < LEAST && height < LEAST;
    drawn?.remove();
    drawn = document.createElementNS("http://www.w3.org/2000/svg", isPoint ? "circle" : "rect");
    const sides = isPoint ? { cx: x, cy: y } : { x, y, width, height };
    for (const [name, value] of Object.entries(sides)) drawn.setAttribute(name, `${value * 100}%`);
    if (isPoint) drawn.setAttribute("r", "14");
    marks.append(drawn);
  }

  function take(drawnArea) {
    from = null;
    const isPoint = drawnArea.width < LEAST && drawnArea.height < LEAST;
    const place = isPoint ? { ...drawnArea, width: 0, height: 0 } : drawnArea;
    draw(place);
    set(box, key, "page", sheet.dataset.page);
    for (const [name, value] of Object.entries(place)) set(box, key, name, value.toFixed(4));
    box.open = true;
    tell(box);
    box.querySelector("textarea").focus();
  }

  box.querySelector("select")?.addEventListener("input", () => {
    for (const name of ["x", "y", "width", "height"]) set(box, key, name, "");
    drawn?.remove();
  });
}

/** [data-insert]: a comment of the bank goes where the cursor stands in the feedback. */
function insertComments() {
  const feedback = document.getElementById("feedback");
  for (const button of document.querySelectorAll("button[data-insert]")) {
    button.addEventListener("click", (event) => {
      event.preventDefault();
      const before = feedback.value.slice(0, feedback.selectionStart);
      const after = feedback.value.slice(feedback.selectionEnd);
      const lead = before.trim() ? `${before.trimEnd()}\n\n` : "";
      feedback.value = lead + button.dataset.insert + (after.trim() ? `\n\n${after.trimStart()}` : "");
      const end = lead.length + button.dataset.insert.length;
      feedback.focus();
      feedback.setSelectionRange(end, end);
      feedback.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }
}

/** [data-switch]: which of the two parts of a page is in sight, on a phone. */
function followSwitch() {
  const links = [...document.querySelectorAll("a[data-switch]")];
  if (!links.length) return;
  const parts = links.map((link) => document.querySelector(link.hash)?.closest("section"));
  const look = () => {
    const second = parts[1]?.getBoundingClientRect().top < window.innerHeight / 2;
    links.forEach((link, place) => (place === Number(second) ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current")));
  };
  addEventListener("scroll", look, { passive: true });
  look();
}

export function startNotes() {
  for (const text of document.querySelectorAll("[data-note-text]")) markWords(text);
  for (const sheet of document.querySelectorAll("[data-note-sheet]")) drawOn(sheet);
  insertComments();
  followSwitch();
}
