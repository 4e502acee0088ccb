// form[data-autosave]: each change is kept on the device at once and sent to data-autosave-url soon after.
//
// Sent:      POST, the form's own fields (FormData, without submission_key), `version` = the version this page began
//            from (data-autosave-version, else the field of that name, else 0), headers X-CSRFToken, X-Requested-With: fetch.
// Answered:  200 {"version": 4, "saved_at": "4.12pm"}      the server has committed the words; with a "message", all but those
//                                                          that it says cannot be kept as they are
//            202 or 409 {"version": 5, "saved_at": "5.40pm", "values": {"text": "…"}}   somebody saved since: these stand
//            422 {"message": "…"}                           cannot be kept as it is, and why
//            401, or a redirect to sign-in                  the words stay on the device until the person is back
//
// data-with-words: a hidden field that belongs to the words beside it and comes back with them.
//
// data-not-words: a field that only travels with the form, such as what the words beside it are known by.
//
// Fields that stand elsewhere in the page and name the form in their own `form` are words of it as those within.
//
// data-autosave-device="no": answers that must never lie under a name are not kept on the device, and the page says so.
import { forget, keep, kept } from "./local-copy.js";
import { Retries } from "./retries.js";
import { clockTime, DEVICE, savedLine } from "./saved-line.js";
import { newToken } from "./token.js";
import { askWhich } from "./two-versions.js";

const PAUSE_MS = 800;
const NOT_WORDS = new Set(["csrf_token", "submission_key", "version"]);

function valuesOf(form) {
  const travelling = new Set([...form.elements].filter((control) => "notWords" in control.dataset).map((control) => control.name));
  const values = {};
  for (const [name, value] of new FormData(form)) {
    if (NOT_WORDS.has(name) || travelling.has(name) || typeof value !== "string") continue;
    values[name] = name in values ? [].concat(values[name], value) : value;
  }
  return values;
}

/** What the form held when the server sent it: on a slow phone people write before this script arrives. */
function sentValuesOf(form) {
  const page = form.cloneNode(true);
  // out of the page, a field belongs to the form that it stands in
  for (const control of form.elements) if (!form.contains(control)) page.append(control.cloneNode(true));
  page.reset();
  return valuesOf(page);
}

const same = (a, b) => JSON.stringify(a, Object.keys(a).sort()) === JSON.stringify(b, Object.keys(b).sort());

const plain = (value) => String(value ?? "").replaceAll("\r\n", "\n").trim();
// Whether the server's words are these: it sends only what it keeps, tidied.
const holds = (values, kept) => values !== null && Object.keys(kept).every((name) => plain(values[name]) === plain(kept[name]));

function fill(form, values) {
  for (const control of form.elements) {
    const isFilled = !["file", "submit", "button", "hidden"].includes(control.type) || "withWords" in control.dataset;
    if (!control.name || NOT_WORDS.has(control.name) || !isFilled) continue;
    const value = values[control.name];
    const before = control.value;
    if (control.type === "radio" || control.type === "checkbox") control.checked = [].concat(value ?? []).includes(control.value);
    else if (control.type === "select-multiple") for (const option of control.options) option.selected = [].concat(value ?? []).includes(option.value);
    else if (value !== undefined) control.value = value;
    const isChosen = ["radio", "checkbox", "select-multiple"].includes(control.type);
    if (value?.length && (isChosen || control.value !== before)) control.closest("details")?.setAttribute("open", ""); // words that are back must be seen
  }
}

class Autosave {
  constructor(form) {
    this.form = form;
    this.line = savedLine(form);
    this.version = Number(form.dataset.autosaveVersion ?? form.elements.namedItem("version")?.value ?? 0);
    this.sent = sentValuesOf(form); // what the server has
    form.autocomplete = "off"; // a browser must not put back older words than the page brought
    this.tried = null; // what was last sent, whether or not an answer came
    this.retries = new Retries(() => this.dirty() && this.save());
    this.running = null;
    this.leaving = false;
    this.onDevice = form.dataset.autosaveDevice !== "no";
    this.stored = this.onDevice;
    const isOurs = (target) => form.contains(target) || target.form === form;
    for (const change of ["input", "change"]) document.addEventListener(change, (event) => isOurs(event.target) && this.changed());
    form.addEventListener("submit", (event) => this.submit(event));
    window.addEventListener("pageshow", () => (this.leaving = false));
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && this.dirty() && this.save());
    window.addEventListener("beforeunload", (event) => {
      // Only when nothing else would keep the words.
      if (this.dirty() && !this.stored && !this.leaving) event.preventDefault();
    });
    this.restore();
    if (!form.querySelector("[data-two-versions]")) this.changed();
  }

  dirty() {
    return !same(valuesOf(this.form), this.sent);
  }

  restore() {
    if (!this.onDevice) return;
    const copy = kept(this.form);
    if (!copy) return;
    const server = this.sent;
    if (same(copy.values, server)) return forget(this.form);
    this.tried = copy.tried ?? null;
    if (copy.version >= this.version) {
      fill(this.form, copy.values);
      this.line.show("phone", `Your words from this ${DEVICE} are back.`);
      this.retries.later(0);
    } else this.conflict({ version: this.version, values: server, saved_at: this.form.dataset.autosaveSavedAt });
  }

  changed() {
    if (!this.dirty()) return;
    this.keepHere();
    this.retries.later(PAUSE_MS);
  }

  keepHere(values = valuesOf(this.form)) {
    if (this.onDevice) this.stored = keep(this.form, { values, tried: this.tried, version: this.version, at: Date.now() });
  }

  /** Saves what is there now; true when the server has it. Saves follow one another, never side by side. */
  async save() {
    this.retries.cancel();
    while (this.running) await this.running;
    if (!this.dirty()) return true;
    this.running = this.post();
    const done = await this.running;
    this.running = null;
    if (done && this.dirty()) this.retries.later(PAUSE_MS);
    return done;
  }

  async post(mayRenew = true) {
    const values = valuesOf(this.form);
    const data = new FormData(this.form);
    data.delete("submission_key");
    data.set("version", this.version);
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    const triedBefore = this.tried;
    this.tried = values;
    this.keepHere(values);
    this.line.show("saving", "Saving…");
    let response;
    try {
      response = await fetch(this.form.dataset.autosaveUrl, {
        method: "POST",
        body: data,
        keepalive: document.visibilityState === "hidden",
        headers: { "X-CSRFToken": data.get("csrf_token") ?? "", "X-Requested-With": "fetch", Accept: "application/json" },
      });
    } catch {
      const here = `Your words are kept on this ${DEVICE}.`;
      return this.retry("phone", `No signal. Keep ${this.onDevice ? "writing" : "this page open"}. ${this.onDevice ? here : "We try again."}`);
    }
    if (response.redirected || response.status === 401) return this.signedOut();
    if (response.status === 400 && mayRenew) {
      // The page is older than its token: take a new one from a fresh copy of the page, or find that we are signed out.
      return (await this.renewToken()) ? this.post(false) : this.signedOut();
    }
    const answer = response.headers.get("Content-Type")?.includes("json") ? await response.json() : {};
    if (answer.values) {
      // The words that arrived since may be our own: sent as a page closed, with no time left to hear the answer.
      if (holds(triedBefore, answer.values ?? {}) || holds(values, answer.values ?? {})) {
        this.standOn(answer.version);
        return this.post();
      }
      this.conflict(answer);
      return false;
    }
    if (response.ok) {
      this.sent = values;
      this.retries.done();
      this.standOn(answer.version ?? this.version + 1);
      if (this.dirty() || answer.message) this.keepHere();
      else forget(this.form);
      if (answer.message) this.line.show("failed", answer.message);
      else this.line.show("saved", `Saved at ${answer.saved_at ?? clockTime(new Date())}`);
      return true;
    }
    if (response.status >= 500 || response.status === 429) return this.retry("failed", "Not saved. Your words are still here. We try again in a moment.");
    this.line.show("failed", answer.message ?? "Not saved. Your words are still here. Press the button below to see why.");
    return false;
  }

  standOn(version) {
    this.version = version;
    const field = this.form.elements.namedItem("version");
    if (field) field.value = version;
  }

  retry(state, words) {
    this.line.show(state, words);
    this.retries.later();
    return false;
  }

  signedOut() {
    const link = document.createElement("a");
    link.href = location.href;
    link.textContent = "Sign in to carry on";
    const here = this.onDevice ? `Your words are kept on this ${DEVICE}.` : "What was saved is safe.";
    this.line.show("phone", `You were signed out. ${here}`, link);
    return false;
  }

  async renewToken() {
    try {
      return (await newToken(location.href)) !== null;
    } catch {
      return false;
    }
  }

  conflict(answer) {
    const mine = kept(this.form)?.values ?? valuesOf(this.form);
    const theirs = { ...mine, ...answer.values };
    this.line.show("phone", "There are two versions of your words. We kept both.");
    askWhich(this.form, { mine, theirs, when: answer.saved_at }, (chosen) => {
      fill(this.form, chosen);
      this.standOn(answer.version ?? this.version);
      this.sent = theirs;
      if (same(chosen, theirs)) forget(this.form);
      else this.keepHere(chosen);
      this.save();
    });
  }

  /** A press of the button waits for the words to be safe, so that a page that fails to arrive loses nothing. */
  async submit(event) {
    if (this.leaving || event.defaultPrevented || !this.dirty()) return;
    event.preventDefault();
    const button = event.submitter;
    const saved = await this.save();
    // Out of reach, signed out or in two versions: stay, for a page that answers with an error would hide the words.
    if (!saved && this.line.state === "phone") return;
    this.leaving = true;
    this.form.requestSubmit(button);
  }
}

export function startAutosave() {
  for (const form of document.querySelectorAll("form[data-autosave][data-autosave-url]:not([data-autosave-ready])")) {
    form.setAttribute("data-autosave-ready", "");
    new Autosave(form);
  }
}
