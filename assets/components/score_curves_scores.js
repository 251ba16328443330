/** The scores of a run as the server has them: asked for while it trains, and once more when it has ended. */

import { isActive } from "./feed.js";

const PAUSE_MS = 250;
const AFTER_MS = 600; // the last scores may be written a moment after the run has ended

export class Scores {
  constructor(changed) {
    this.changed = changed;
    this.address = null;
    this.forget();
  }

  forget() {
    this.rows = []; // {step, name, value, n}, in the order of their steps
    this.steps = [];
    this.revision = null;
    this.isKnown = false;
    this.seen = "";
    clearTimeout(this.timer);
  }

  /** Another run begins empty. */
  follow(api, run) {
    const address = `${api}/runs/${encodeURIComponent(run)}/scores`;
    if (address === this.address) return;
    this.address = address;
    this.forget();
    this.ask();
  }

  /** A state of the feed: ask when there is a new snapshot, and when the run has ended. */
  hear(state) {
    const seen = JSON.stringify([state.snapshots?.at(-1), state.revision, isActive(state)]);
    if (seen === this.seen) return;
    this.seen = seen;
    this.ask();
    clearTimeout(this.later);
    this.later = setTimeout(() => this.ask(), AFTER_MS);
  }

  async ask() {
    if (this.asking) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.ask(), PAUSE_MS);
      return;
    }
    const { address } = this;
    this.asking = true;
    try {
      const reply = await fetch(`${address}?since=${(this.steps.at(-1) ?? 0) - 1}`);
      if (reply.ok && address === this.address) this.take(await reply.json());
    } catch (error) {
      console.warn(error); // the dock says that the server does not answer
    }
    this.asking = false;
  }

  take({ revision, scores }) {
    if (this.revision !== null && revision !== this.revision) {
      this.rows = [];
      this.steps = [];
      this.revision = revision;
      this.timer = setTimeout(() => this.ask(), 0);
      return;
    }
    this.revision = revision;
    const first = scores[0]?.step ?? Infinity; // the last step comes again: not all its scores may have been there
    this.rows = this.rows.filter(({ step }) => step < first).concat(scores);
    this.steps = [...new Set(this.rows.map(({ step }) => step))];
    this.isKnown = true;
    this.changed();
  }

  stop() {
    clearTimeout(this.timer);
    clearTimeout(this.later);
  }
}
