/** Asks the server for the runs of an experiment, once a second while any of them trains or waits. */

const FAST_MS = 1000;
const LONGEST_WAIT_MS = 8000;

export class ExperimentFeed {
  /** `changed` is called after every answer. */
  constructor(changed) {
    this.changed = changed;
    this.address = null;
    this.state = null;
    this.failures = 0;
    this.turn = 0; // answers to an earlier experiment come to nothing
  }

  /** Follows an experiment; `id` null follows none. */
  to(api, id) {
    const address = id ? `${api}/experiments/${encodeURIComponent(id)}` : null;
    if (address === this.address) return;
    this.stop();
    this.address = address;
    this.state = null;
    this.wake();
  }

  /** Ask now. */
  wake() {
    clearTimeout(this.timer);
    if (this.address) this.ask(++this.turn);
  }

  async ask(turn) {
    let state = null;
    try {
      const reply = await fetch(this.address);
      if (reply.ok) state = await reply.json();
      if (reply.status === 404) return;
    } catch {
      state = null; // the server is away: ask again later
    }
    if (turn !== this.turn || !this.address) return;
    this.failures = state ? 0 : this.failures + 1;
    if (state) {
      this.state = state;
      this.changed();
    }
    if (!state || state.active) this.timer = setTimeout(() => this.wake(), this.wait());
  }

  wait() {
    return document.hidden ? LONGEST_WAIT_MS : Math.min(LONGEST_WAIT_MS, FAST_MS * 2 ** this.failures);
  }

  stop() {
    clearTimeout(this.timer);
    this.turn += 1;
    this.address = null;
  }
}
