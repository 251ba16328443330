/** What was seen inside the model, look by look, as the server has it: asked for again while the run trains. */

import { firstAtLeast } from "./curve.js";
import { isActive } from "./feed.js";

const PAUSE_MS = 900; // between two questions
const AFTER_MS = 700; // the last look may be written a moment after the run has ended

export class Looks {
  constructor(changed) {
    this.changed = changed;
    this.address = null;
    this.forget();
  }

  forget() {
    this.rows = []; // {step, gradient, weights, update, dead, edges, shapes}, each a list with a value a group
    this.names = [];
    this.revision = null;
    this.isKnown = false;
    this.mayCome = true;
    this.seen = "";
    clearTimeout(this.timer);
    this.timer = 0;
  }

  /** Another run begins empty. */
  follow(api, run) {
    const address = `${api}/runs/${encodeURIComponent(run)}/layers`;
    if (address === this.address) return;
    this.address = address;
    this.forget();
    this.ask();
  }

  /** A state of the feed: ask when the run has moved on, or has ended. */
  hear(state) {
    this.mayCome = isActive(state);
    const seen = JSON.stringify([state.step, state.revision, this.mayCome]);
    if (seen === this.seen) return;
    this.seen = seen;
    this.later(this.mayCome ? PAUSE_MS : AFTER_MS);
  }

  /** The last look at or before a step; the first one where there is none, null where there are no looks. */
  at(step) {
    const above = firstAtLeast(this.rows.map((row) => row.step), step + 0.5);
    return this.rows[Math.max(0, above - 1)] ?? null;
  }

  later(wait) {
    this.timer ||= setTimeout(() => {
      this.timer = 0;
      this.ask();
    }, wait);
  }

  async ask() {
    if (this.isAsking) return this.later(PAUSE_MS);
    const { address } = this;
    this.isAsking = true;
    try {
      const reply = await fetch(`${address}?since=${this.rows.at(-1)?.step ?? -1}`);
      if (reply.ok && address === this.address) this.take(await reply.json());
    } catch (error) {
      console.warn(error); // the dock says that the server does not answer
    }
    this.isAsking = false;
    if (address !== this.address) this.ask();
  }

  take({ revision, names, looks }) {
    if (this.revision !== null && revision !== this.revision) {
      this.forget();
      this.ask();
      return;
    }
    this.revision = revision;
    if (looks.length) this.names = names;
    this.rows = this.rows.concat(looks);
    this.isKnown = true;
    this.changed();
  }

  stop() {
    clearTimeout(this.timer);
    this.address = null;
  }
}
