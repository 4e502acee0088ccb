// form[data-register]: the marks of a register outlive a lost connection. Each tap is kept on this device until the server
// has it. "Save" sends them; without an answer they stay in sight, and are sent again when there is signal.
//
// A kept mark comes back only while the register still says of that person what it said when the mark was tapped.
import { forgetFor, keepFor, keptFor } from "./local-copy.js";
import { Retries } from "./retries.js";
import { DEVICE, savedLine } from "./saved-line.js";
import { newToken } from "./token.js";

const PATIENCE_MS = 12000;
const PARTIAL = new Set(["late", "left-early", "part"]);

const cards = (form) => [...form.querySelectorAll("[data-person-ref]")];
const minutesOf = (card) => card.querySelector("input[name$=minutes]");

function chosen(card) {
  const mark = card.querySelector("input[type=radio]:checked")?.value ?? "";
  return { mark, minutes: PARTIAL.has(mark) ? minutesOf(card).value : "" };
}

const recorded = (card) => ({ mark: card.dataset.mark, minutes: card.dataset.minutes });
const same = (a, b) => a.mark === b.mark && a.minutes === b.minutes;
const isOpen = (card) => !same(chosen(card), recorded(card));

/** Whether somebody tapped before this script arrived: a page brings some marks chosen, and those need no keeping. */
const isTapped = (card) => [...card.querySelectorAll("input[type=radio]")].some((box) => box.checked !== box.defaultChecked);

function choose(card, { mark, minutes }) {
  for (const box of card.querySelectorAll("input[type=radio]")) box.checked = box.value === mark;
  minutesOf(card).value = minutes;
  const others = card.querySelector("details");
  if (others?.querySelector(":checked")) others.open = true;
}

class Register {
  constructor(form) {
    this.form = form;
    this.line = savedLine(form);
    this.isWanted = false; // whether somebody has pressed "Save" and has had no answer
    this.isSending = false;
    form.addEventListener("input", () => this.changed());
    form.addEventListener("submit", (event) => this.submit(event));
    this.retries = new Retries(() => this.isWanted && this.save());
    this.restore();
  }

  count() {
    return cards(this.form).filter(isOpen).length;
  }

  restore() {
    const copy = keptFor(this.form.action);
    const back = cards(this.form).filter((card) => {
      const was = copy?.[card.dataset.personRef];
      return was && same(was.recorded, recorded(card)) && !same(was.chosen, recorded(card));
    });
    for (const card of back) choose(card, copy[card.dataset.personRef].chosen);
    if (copy && !back.length) forgetFor(this.form.action);
    if (cards(this.form).some(isTapped)) this.keep();
    if (this.count()) this.say("phone", back.length ? `Your marks from this ${DEVICE} are back.` : "");
  }

  changed() {
    this.retries.cancel();
    this.isWanted = false; // a tap after "Save": send when it is pressed again
    this.keep();
    if (this.count()) this.say("phone");
    else this.line.show("idle", "");
  }

  keep() {
    const open = cards(this.form).filter(isOpen);
    if (!open.length) return forgetFor(this.form.action);
    keepFor(this.form.action, Object.fromEntries(open.map((card) => [card.dataset.personRef, { chosen: chosen(card), recorded: recorded(card) }])));
  }

  say(state, words = "", link = null) {
    const count = this.count();
    this.line.show(state, `Not saved yet: ${count} ${count === 1 ? "mark" : "marks"}.${words && " "}${words}`, link);
  }

  submit(event) {
    if (event.defaultPrevented) return;
    event.preventDefault();
    this.keep();
    this.save();
  }

  async save() {
    if (this.isSending) return;
    this.retries.cancel();
    this.isWanted = this.isSending = true;
    this.line.show("saving", "Saving…");
    try {
      let response = await this.post();
      if (response.status === 400 && (await newToken(location.href)) !== null) response = await this.post();
      this.answered(response);
    } catch {
      this.later();
    } finally {
      this.isSending = false;
    }
  }

  post() {
    return fetch(this.form.action, {
      method: "POST",
      body: new FormData(this.form),
      redirect: "manual",
      headers: { "X-Requested-With": "fetch" },
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
  }

  answered(response) {
    if (response.type === "opaqueredirect") {
      forgetFor(this.form.action);
      location.assign(this.form.dataset.registerNext);
    } else if (response.status === 401 || response.status === 400) {
      this.isWanted = false;
      this.say("phone", `You were signed out. They are kept on this ${DEVICE}.`, signIn());
    } else if (response.status >= 500 || response.status === 429) this.later();
    else this.form.submit(); // refused: the page that says why
  }

  later() {
    this.say("phone", `No signal. They are kept on this ${DEVICE} and sent when there is signal.`);
    this.retries.later();
  }
}

function signIn() {
  const link = document.createElement("a");
  link.href = location.href;
  link.textContent = "Sign in to save them";
  return link;
}

export function startRegister() {
  const form = document.querySelector("form[data-register]");
  if (form) new Register(form);
}
