// Checking in, with signal or without. A code is kept on the device before it is sent, so that nothing that happens on the
// way loses it; each page of the person who typed it tries to send what is kept, until the server has answered.
//
// Sent:      POST /check-in/kept: code, ago (seconds since it was typed, by this device), X-CSRFToken, X-Requested-With: fetch
// Answered:  200 {"state": "recorded" | "waiting", "message": "…"}   422 {"message": "…"}: not recorded, and why
//            401, or no answer: it stays here
import { forgetFor, keepFor, keptFor } from "./local-copy.js";
import { Retries } from "./retries.js";
import { clockTime, DEVICE } from "./saved-line.js";
import { newToken, tokenHere } from "./token.js";

const PAGE = "/check-in";
const SEND = "/check-in/kept";
const WORKER = "/check-in-worker.js";
const LAST_PERSON = "going-forward:last-person";
const PATIENCE_MS = 8000;
const DAY_MS = 86400000;
const KINDS = { recorded: "success", waiting: "warning", kept: "warning", refused: "danger" };

const form = () => document.querySelector("form[data-check-in]");
const tidy = (code) => code.toUpperCase().replace(/[^\p{L}\p{N}]/gu, "");

/** Whose check-ins these are: the page says it, but for the page that the phone keeps: there, whoever was here last. */
function whose() {
  try {
    if (document.body.dataset.person) localStorage.setItem(LAST_PERSON, document.body.dataset.person);
    else if (form()?.hasAttribute("data-check-in-kept-page")) return localStorage.getItem(LAST_PERSON);
  } catch {
    // A device that cannot store keeps nobody's check-ins.
  }
  return document.body.dataset.person ?? null;
}

class CheckIns {
  constructor(person) {
    this.person = person;
    this.entries = keptFor(SEND, person) ?? []; // {code, at, refused?: words}
    this.news = []; // what the server has answered while this page is open
    this.trouble = "";
    this.onDevice = true;
    this.running = false;
    this.retries = new Retries(() => this.send());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.send());
    const typed = form();
    typed?.addEventListener("submit", (event) => this.submit(event, typed));
    if (typed?.hasAttribute("data-check-in-kept-page")) typed.elements.code.value = tidy(new URLSearchParams(location.search).get("code") ?? "");
    this.show();
    this.send();
  }

  waiting() {
    return this.entries.filter((entry) => !entry.refused);
  }

  async submit(event, typed) {
    const code = tidy(typed.elements.code.value);
    if (!code) return; // the server says what is missing
    event.preventDefault();
    this.news = [];
    this.entries = this.entries.filter((entry) => entry.code !== code).concat({ code, at: Date.now() });
    this.keep();
    await this.send();
    const said = document.querySelector("[data-check-in-said]");
    said?.scrollIntoView({ block: "center" });
    if (!this.waiting().length && !this.entries.length && this.news.every((each) => each.state !== "refused")) typed.hidden = true;
  }

  keep() {
    if (this.entries.length) this.onDevice = keepFor(SEND, this.entries, this.person);
    else forgetFor(SEND, this.person);
  }

  async send() {
    if (this.running || !this.waiting().length) return;
    this.running = true;
    this.retries.cancel();
    this.trouble = "";
    for (const entry of this.waiting()) if (!(await this.sendOne(entry))) break;
    this.running = false;
    this.keep();
    this.show();
    if (this.waiting().length) this.retries.later();
    else this.retries.done();
  }

  /** Sends one; false when there was no answer that settles it. */
  async sendOne(entry) {
    try {
      let response = await this.post(entry, tokenHere() || (await this.token()));
      if (response.status === 400) response = await this.post(entry, await this.token());
      if (response.status === 401) throw new SignedOut();
      const answer = response.headers.get("Content-Type")?.includes("json") ? await response.json() : {};
      if (response.status !== 200 && response.status !== 422) {
        this.trouble = "the site is busy";
        return false;
      }
      this.settle(entry, response.ok ? answer.state : "refused", answer.message);
      return true;
    } catch (trouble) {
      this.trouble = trouble instanceof SignedOut ? "signed out" : "no signal";
      return false;
    }
  }

  async token() {
    const token = await newToken(PAGE, { signal: AbortSignal.timeout(PATIENCE_MS) });
    if (token === null) throw new SignedOut();
    return token;
  }

  post(entry, token) {
    const ago = Math.max(0, Math.floor((Date.now() - entry.at) / 1000));
    return fetch(SEND, {
      method: "POST",
      body: new URLSearchParams({ code: entry.code, ago }),
      headers: { "X-CSRFToken": token, "X-Requested-With": "fetch", Accept: "application/json" },
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
  }

  settle(entry, state, words) {
    const isFresh = Date.now() - entry.at < PATIENCE_MS * 2 && form();
    // Somebody who typed it hours ago has to have read that it was not recorded before it may be forgotten.
    if (state === "refused" && !isFresh) entry.refused = words;
    else {
      this.entries = this.entries.filter((each) => each !== entry);
      this.news.push({ state, words });
    }
  }

  show() {
    const place = document.querySelector("[data-check-in-said]") ?? this.placeOnTop();
    if (!place) return;
    place.replaceChildren(
      ...this.news.map(({ state, words }) => alertBox(state, words)),
      ...this.entries.map((entry) => (entry.refused ? this.refused(entry) : this.kept(entry))),
    );
  }

  placeOnTop() {
    if (!this.entries.length && !this.news.length) return null;
    const place = document.createElement("div");
    place.dataset.checkInSaid = "";
    document.getElementById("main")?.prepend(place);
    return place;
  }

  kept(entry) {
    const at = new Date(entry.at);
    const typed = `Code ${entry.code}, typed at ${clockTime(at)}${Date.now() - at > DAY_MS / 2 ? ` on ${at.toLocaleDateString("en-GB", { weekday: "long" })}` : ""}.`;
    if (this.running || !this.trouble) return alertBox("kept", `Not recorded yet. We are sending it. ${typed}`);
    const why = this.trouble === "signed out" ? "you are signed out" : this.trouble;
    const rest = this.trouble === "signed out" ? "it is sent when you have signed in" : this.trouble === "no signal" ? "it is sent when there is signal" : "we try again in a moment";
    const where = this.onDevice ? `Kept on this ${DEVICE}; ${rest}.` : `This ${DEVICE} cannot keep it. Leave this page open, or ask your facilitator to mark you.`;
    const box = alertBox("kept", `Not recorded yet: ${why}. ${where} ${typed}`);
    if (this.trouble === "signed out") box.append(link(PAGE, "Sign in"));
    return box;
  }

  refused(entry) {
    const box = alertBox("refused", `Code ${entry.code}, typed at ${clockTime(new Date(entry.at))}. ${entry.refused}`);
    const read = document.createElement("button");
    read.type = "button";
    read.className = "btn btn-outline-primary mt-2 d-block";
    read.textContent = "I have read this";
    read.addEventListener("click", () => {
      this.entries = this.entries.filter((each) => each !== entry);
      this.keep();
      this.show();
    });
    box.append(read);
    return box;
  }
}

class SignedOut extends Error {}

/** An alert as the product draws it; one that is there when a page opens is read out by its role too. */
function alertBox(state, words) {
  const box = document.createElement("div");
  box.className = `alert alert-${KINDS[state]} mb-4 d-block`;
  box.setAttribute("role", state === "refused" ? "alert" : "status");
  box.append(words);
  return box;
}

function link(href, words) {
  const made = document.createElement("a");
  made.href = href;
  made.className = "alert-link d-inline-block ms-1";
  made.textContent = words;
  return made;
}

export function startCheckIn() {
  const person = whose();
  if (person === null) return;
  if (form() || keptFor(SEND, person)) new CheckIns(person);
  // From a page of the person's own course on, this phone can open the check-in page where there is no signal.
  if (document.querySelector("[data-keep-check-in], form[data-check-in]")) navigator.serviceWorker?.register(WORKER, { scope: PAGE }).catch(() => {});
}
