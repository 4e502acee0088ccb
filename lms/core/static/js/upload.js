// form[data-upload]: shows how much of a file has gone. Without script the same form is an ordinary upload.
import { startAutosave } from "./autosave.js";
import { progressBar } from "./bar.js";
import { startPieces } from "./pieces.js";
import { wake } from "./submit-once.js";

function progressLine(form) {
  const box = document.createElement("div");
  box.className = "my-3";
  const words = document.createElement("p");
  words.className = "mb-2";
  words.setAttribute("role", "status");
  const bar = progressBar();
  box.append(words, bar.element);
  form.append(box);
  return { words, bar };
}

// The answer already holds its own flashed words, which a second request would not: so it is shown, not fetched again.
function showAnswer(form, request) {
  const answer = new DOMParser().parseFromString(request.responseText, "text/html");
  const main = answer.querySelector("main");
  if (!main) return false;
  // A chosen file cannot be put back by the server: keep the person's choice when the answer asks for it again.
  for (const fresh of main.querySelectorAll("input[type=file][id]")) {
    const old = form.elements[fresh.name];
    if (old instanceof HTMLInputElement && old.files.length && !fresh.classList.contains("is-invalid")) fresh.replaceWith(old);
  }
  const places = answer.querySelector(".gf-nav");
  if (places) document.querySelector(".gf-nav")?.replaceWith(document.adoptNode(places));
  document.title = answer.title;
  document.querySelector("main").replaceWith(document.adoptNode(main));
  if (request.responseURL !== location.href) history.pushState({ uploaded: true }, "", request.responseURL);
  startUploads();
  startPieces();
  startAutosave();
  window.scrollTo(0, 0);
  (document.getElementById("errors") ?? document.querySelector("main")).focus();
  return true;
}

function send(form, submitter) {
  const request = new XMLHttpRequest();
  const line = progressLine(form);
  const fail = (words) => {
    line.words.textContent = words;
    line.bar.to(0);
    wake(form);
  };
  const data = new FormData(form);
  if (submitter?.name) data.append(submitter.name, submitter.value);
  for (const button of form.querySelectorAll("button:not([type=button])")) {
    button.disabled = true;
    button.setAttribute("data-resting", "");
  }
  line.words.textContent = "Sending…";
  request.upload.addEventListener("progress", (event) => {
    if (!event.lengthComputable) return;
    const per = Math.floor((100 * event.loaded) / event.total);
    line.bar.to(per);
    line.words.textContent = per < 100 ? `Sending: ${per} of 100` : "Sent. Checking the file…";
  });
  request.addEventListener("load", () => {
    if (!showAnswer(form, request)) fail("It did not arrive. Your file is still chosen. Try again.");
  });
  request.addEventListener("error", () => fail("No signal. Your file is still chosen. Try again when you are back in range."));
  request.open("POST", form.action);
  request.send(data);
}

export function startUploads() {
  for (const form of document.querySelectorAll("form[data-upload]:not([data-upload-ready])")) {
    form.setAttribute("data-upload-ready", "");
    form.addEventListener("submit", (event) => {
      if (event.defaultPrevented) return;
      const chosen = [...form.querySelectorAll("input[type=file]")].some((input) => input.files.length);
      if (!chosen) return;
      event.preventDefault();
      send(form, event.submitter);
    });
  }
}

// Back from a page that script has shown: ask the server for the one before it.
window.addEventListener("popstate", () => location.reload());
