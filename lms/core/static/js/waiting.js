// a[data-waiting]: what is said under a link while its answer is made; with data-ready, the answer is a file, and that is
// said when it has come. Without script the link works as any other.
function line(link) {
  const box = link.closest("[data-waits]") ?? link.parentElement;
  const old = box.nextElementSibling;
  if (old?.matches("[data-waiting-words]")) return old;
  const words = document.createElement("p");
  words.setAttribute("data-waiting-words", "");
  words.setAttribute("role", "status");
  words.className = "gf-note my-3";
  box.after(words);
  return words;
}

async function fetchFile(link, words) {
  const answer = await fetch(link.href);
  if (!answer.ok || answer.redirected) return location.assign(link.href);
  const name = /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition") ?? "")?.[1] ?? "";
  const file = document.createElement("a");
  file.href = URL.createObjectURL(await answer.blob());
  file.download = name;
  file.click();
  setTimeout(() => URL.revokeObjectURL(file.href), 60_000);
  words.textContent = link.dataset.ready;
}

export function startWaiting() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-waiting]");
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (link.hasAttribute("aria-disabled")) return event.preventDefault();
    const words = line(link);
    words.textContent = link.dataset.waiting;
    if (!link.dataset.ready) return;
    event.preventDefault();
    link.setAttribute("aria-disabled", "true");
    fetchFile(link, words)
      .catch(() => {
        words.textContent = "No connection. Press again when you have one.";
      })
      .finally(() => link.removeAttribute("aria-disabled"));
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) for (const words of document.querySelectorAll("[data-waiting-words]")) words.remove();
  });
}
