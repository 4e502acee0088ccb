// [data-pieces] around an input type=file: each file is sent in pieces as soon as it is chosen, says how far it is, and goes on by
// itself after a broken connection; after a reload it goes on when the same file is chosen again. Without script the field is an
// ordinary one.
//
// Sent:      POST /uploads/ (name, size, mark, purpose), then the pieces to /uploads/<ref>/<offset>, then /uploads/<ref>/finish;
//            /uploads/<ref>/give-up when it is taken out; headers X-CSRFToken, X-Requested-With: fetch.
// Answers:   where it stands (ref, received, piece, is_finished, changes); 409 with `received` when a piece begins elsewhere;
//            `message` in words when it is refused.
// Posted:    a hidden field `uploaded` for each file that has arrived.
import { progressBar } from "./bar.js";
import { Retries } from "./retries.js";
import { newToken, tokenHere } from "./token.js";

const NO_SIGNAL = "No signal. It goes on by itself when you are back in range.";
const SIGNED_OUT = "You have been signed out. Sign in in another tab, then come back: it goes on from here.";
const LOOKED_AT = 65536;
const QUICK_MS = 1500;
const LARGEST_PIECE = 16 * 1024 * 1024;

class Refused extends Error {}
/** Not now: tried again by itself; its message is for people. */
class Later extends Error {}

/** What a file is known by when it is chosen again; empty where the browser cannot say. */
async function markOf(file) {
  if (!crypto.subtle) return "";
  const ends = [file.slice(0, LOOKED_AT), file.slice(-LOOKED_AT)];
  const known = new Blob([...ends, `${file.size} ${file.lastModified}`]);
  const digest = await crypto.subtle.digest("SHA-256", await known.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A request whose progress can be followed; resolves with status and answer, rejects when there was none. */
function ask(method, address, body, progress = null) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, address);
    request.setRequestHeader("X-Requested-With", "fetch");
    request.setRequestHeader("X-CSRFToken", tokenHere());
    if (body instanceof Blob) request.setRequestHeader("Content-Type", "application/octet-stream");
    if (progress) request.upload.addEventListener("progress", (event) => progress(event.loaded));
    request.addEventListener("load", () => {
      let answer = {};
      try {
        answer = JSON.parse(request.responseText || "{}");
      } catch {
        // a page of somebody between us and the server, not an answer of ours
      }
      resolve({ status: request.status, answer });
    });
    for (const name of ["error", "abort", "timeout"]) request.addEventListener(name, () => reject(new TypeError(name)));
    request.send(body);
  });
}

const words = (text) => Object.assign(document.createElement("span"), { textContent: text });
const megabytes = (size) => (size < 1e6 ? `${Math.max(1, Math.round(size / 1e3))} kB` : `${(size / 1e6).toFixed(1)} MB`);

/** One file on the list: what is known of it, and what people see of it. */
class Item {
  constructor(field, name, size, element = null) {
    Object.assign(this, { field, name, size, ref: "", received: 0, state: "waiting", file: null });
    this.element = element ?? this.drawn();
    this.says = this.element.querySelector("[data-pieces-says]");
    this.retries = new Retries(() => this.state === "broken" && this.field.goOn(this));
    this.element.querySelector("button").addEventListener("click", () => this.takeOut());
  }

  drawn() {
    const element = document.createElement("li");
    element.className = "py-2";
    const row = Object.assign(document.createElement("div"), { className: "d-flex gap-3 align-items-center justify-content-between" });
    const name = Object.assign(words(`${this.name} `), { className: "text-break" });
    name.append(Object.assign(words(megabytes(this.size)), { className: "gf-quiet text-nowrap" }));
    const out = document.createElement("button");
    out.type = "button";
    out.className = "btn btn-outline-primary";
    out.append("Take out", Object.assign(words(` ${this.name}`), { className: "visually-hidden" }));
    this.bar = progressBar();
    const says = Object.assign(document.createElement("p"), { className: "mb-0 gf-quiet" });
    says.setAttribute("role", "status");
    says.dataset.piecesSays = "";
    row.append(name, out);
    element.append(row, this.bar.element, says);
    this.field.list.append(element);
    return element;
  }

  show(state, text) {
    this.state = state;
    this.element.dataset.state = state;
    const part = this.size ? Math.floor((100 * this.received) / this.size) : 0;
    this.bar?.to(state === "arrived" ? 100 : part);
    if (this.bar) this.bar.element.classList.toggle("d-none", state === "arrived" || state === "refused");
    this.says.classList.toggle("text-danger", state === "refused");
    if (this.says.textContent !== text) this.says.textContent = text;
  }

  sending(loaded = 0) {
    const part = Math.floor((100 * (this.received + loaded)) / this.size);
    this.bar.to(part);
    this.state = "sending";
    const text = part < 100 ? `Sending: ${part} of 100` : "Sent. Checking the file…";
    if (this.says.textContent !== text) this.says.textContent = text;
  }

  arrived(answer) {
    const input = Object.assign(document.createElement("input"), { type: "hidden", name: "uploaded", value: this.ref });
    this.element.append(input);
    this.show("arrived", `Arrived. ${answer.changes}`.trim());
  }

  takeOut() {
    this.retries.cancel();
    this.state = "gone";
    this.field.drop(this);
    this.element.remove();
    if (this.ref) ask("POST", `/uploads/${this.ref}/give-up`, null).catch(() => {});
    this.field.input.focus();
  }
}

class Field {
  constructor(root) {
    this.root = root;
    this.input = root.querySelector("input[type=file]");
    this.list = root.querySelector("[data-pieces-list]");
    this.form = this.input.form;
    this.key = `pieces:${location.pathname}${location.search}`;
    this.queue = Promise.resolve();
    this.items = [...this.list.children].map((element) => {
      const item = new Item(this, "", 0, element);
      return Object.assign(item, { ref: element.querySelector("input[name=uploaded]").value, state: "arrived" });
    });
    this.input.addEventListener("change", () => this.choose());
    this.form.addEventListener("submit", (event) => this.submit(event), { capture: true });
    this.bringBack();
  }

  /** After a reload: what had arrived stands there again; what was under way is asked for. */
  async bringBack() {
    for (const ref of JSON.parse(sessionStorage.getItem(this.key) ?? "[]")) {
      if (this.items.some((item) => item.ref === ref)) continue;
      const found = await ask("GET", `/uploads/${ref}`, null).catch(() => null);
      if (found?.status !== 200) continue;
      const item = new Item(this, found.answer.name, found.answer.size);
      Object.assign(item, { ref, received: found.answer.received });
      this.items.push(item);
      if (found.answer.is_finished) item.arrived(found.answer);
      else item.show("left", "It had not arrived whole when the page was left. Choose the same file again: it goes on from there.");
    }
    this.remember();
  }

  remember() {
    sessionStorage.setItem(this.key, JSON.stringify(this.items.map((item) => item.ref).filter(Boolean)));
  }

  drop(item) {
    this.items = this.items.filter((each) => each !== item);
    this.remember();
  }

  choose() {
    const chosen = [...this.input.files];
    this.input.value = "";
    if (!this.input.multiple) for (const item of [...this.items]) item.takeOut();
    for (const file of chosen) {
      const left = this.items.find((item) => item.state === "left" && item.name === file.name && item.size === file.size);
      const item = left ?? new Item(this, file.name, file.size);
      item.file = file;
      if (!left) this.items.push(item);
      item.show("waiting", "Waiting for its turn.");
      this.goOn(item);
    }
  }

  /** One file at a time: two would only make each other slow. */
  goOn(item) {
    item.state = "queued";
    this.queue = this.queue.then(() => this.send(item)).then(() => this.submitIfWaiting());
  }

  async send(item) {
    try {
      if (item.state === "gone") return;
      if (!item.ref) await this.begin(item);
      else await this.find(item);
      while (item.received < item.size && item.state !== "gone") await this.sendPiece(item);
      if (item.state !== "gone") await this.finish(item);
    } catch (error) {
      if (item.state === "gone") return;
      if (error instanceof Refused) return item.show("refused", error.message);
      item.show("broken", error instanceof Later && error.message ? error.message : NO_SIGNAL);
      item.retries.later();
    }
  }

  async begin(item) {
    const data = new FormData();
    const facts = { name: item.name, size: item.size, mark: await markOf(item.file), purpose: this.root.dataset.pieces };
    for (const [name, value] of Object.entries(facts)) data.append(name, value);
    const answer = await this.asked("POST", "/uploads/", data);
    const twin = this.items.find((each) => each !== item && each.ref === answer.ref);
    if (twin) throw new Refused("You have chosen this file already.");
    Object.assign(item, { ref: answer.ref, received: answer.received, piece: answer.piece });
    this.remember();
  }

  async find(item) {
    const answer = await this.asked("GET", `/uploads/${item.ref}`, null);
    Object.assign(item, { received: answer.received, piece: item.piece ?? answer.piece });
  }

  async sendPiece(item) {
    item.sending();
    const piece = item.file.slice(item.received, item.received + item.piece);
    const began = performance.now();
    const answer = await this.asked("POST", `/uploads/${item.ref}/${item.received}`, piece, (loaded) => item.sending(loaded));
    if (performance.now() - began < QUICK_MS) item.piece = Math.min(2 * item.piece, LARGEST_PIECE);
    // nothing of it came in: not at once again
    if (answer.received === item.received) throw new Later("");
    item.received = answer.received;
    item.retries.done();
  }

  async finish(item) {
    item.sending();
    const answer = await this.asked("POST", `/uploads/${item.ref}/finish`, null);
    if (!answer.is_finished) throw new Later(answer.message);
    item.arrived(answer);
  }

  /** An answer that is one; a refusal or a broken connection as an error. A token that is too old is renewed once. */
  async asked(method, address, body, progress = null, again = true) {
    const { status, answer } = await ask(method, address, body, progress);
    if (status < 300 || (status === 409 && "received" in answer)) return answer;
    if (status === 400 && again && (await newToken(location.href))) return this.asked(method, address, body, progress, false);
    if (status === 401 || status === 403) throw new Later(SIGNED_OUT);
    if (status >= 500 && status !== 507) throw new Later(answer.message ?? "");
    throw new Refused(answer.message ?? "It could not be taken. Choose the file again.");
  }

  get isBusy() {
    return this.items.some((item) => ["waiting", "queued", "sending", "broken"].includes(item.state));
  }

  submit(event) {
    const stuck = this.items.find((item) => ["refused", "left"].includes(item.state));
    if (!stuck && !this.isBusy) return sessionStorage.removeItem(this.key);
    event.preventDefault();
    event.stopImmediatePropagation();
    if (stuck) return stuck.element.querySelector("button").focus();
    this.submitter = event.submitter;
    this.waits = true;
    this.list.after(this.waiting());
  }

  waiting() {
    this.note ??= Object.assign(words("It goes as soon as your files have arrived. Keep this page open."), { className: "d-block mt-2" });
    this.note.setAttribute("role", "status");
    return this.note;
  }

  submitIfWaiting() {
    if (!this.waits || this.isBusy) return;
    this.waits = false;
    this.note.remove();
    this.form.requestSubmit(this.submitter);
  }
}

export function startPieces() {
  for (const root of document.querySelectorAll("[data-pieces]:not([data-pieces-ready])")) {
    root.setAttribute("data-pieces-ready", "");
    new Field(root);
  }
}
