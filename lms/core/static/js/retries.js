// When to try again what had no answer: soon at first, then less and less often. A device that says it has signal may need
// another second or two before anything goes through, so the waits begin anew then.

const WAITS_MS = [1000, 3000, 10000, 30000, 60000];

export class Retries {
  /** `again` is called after each wait, and at once when the device says that there is signal. */
  constructor(again) {
    this.again = again;
    this.count = 0;
    window.addEventListener("online", () => {
      this.count = 0;
      again();
    });
  }

  /** Waits `ms`, or as long as befits the number of tries before. */
  later(ms = WAITS_MS[Math.min(this.count++, WAITS_MS.length - 1)]) {
    this.cancel();
    this.timer = setTimeout(this.again, ms);
  }

  cancel() {
    clearTimeout(this.timer);
  }

  /** What was sent had its answer. */
  done() {
    this.count = 0;
  }
}
