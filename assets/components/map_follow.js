/** Brings the frame of the step that is wished for: one question at a time, and the last wish wins. */

import { feedFor } from "./feed.js";
import { Frames, Refusal } from "./map_frames.js";

const PATIENCE_MS = 600; // a question older than this is given up when the reader moves on
const QUIET_MS = 500; // nothing is said about a shorter wait
const RETRY_MS = 2500;

/**
 * `told` has `cleared()` (another run: the old picture goes), `frame(frame)`, `waiting(seconds or null)`,
 * `refused(sentence or null)`, and `unanswered()` when the server gives no usable answer; it is asked again.
 */
export class Follower {
  constructor(told) {
    this.told = told;
    this.feed = null;
    this.frames = null;
    this.source = null;
    this.stop = () => {};
  }

  /** Follows a run in a way of drawing; a `step` that is a number stays, null follows the dock. */
  to({ api, run, lang }, way, step = null) {
    this.lang = lang;
    this.way = way;
    this.step = step;
    const source = JSON.stringify([api, run, step === null]);
    if (source !== this.source) this.begin(api, run, source);
    this.choose();
  }

  begin(api, run, source) {
    this.stop();
    this.giveUp();
    Object.assign(this, { source, api, run, feed: null, revision: null, shown: null, refusal: null });
    this.frames = run ? new Frames(api, run, this.lang) : null;
    this.told.cleared();
    if (!run || this.step !== null) return;
    this.feed = feedFor(api, run);
    this.stop = this.feed.subscribe((state, reason) => {
      if (reason !== "hover" && reason !== "problem") this.choose();
    });
  }

  /** The newest snapshot that is not after the step of the dock. */
  wish() {
    if (this.step !== null || !this.feed?.state) return this.step;
    const { state, step } = this.feed;
    const upTo = (state.snapshots ?? []).filter((snapshot) => step === null || snapshot <= step);
    return upTo.length ? Math.max(...upTo) : null;
  }

  async choose() {
    if (!this.frames || !this.way) return;
    this.forgetOldRevision();
    const step = this.wish();
    const name = step === null ? null : this.frames.name(step, this.way);
    if (this.asking?.name === name) return;
    if (this.asking && performance.now() - this.asking.began < PATIENCE_MS) return;
    this.giveUp();
    if (this.refusal && this.refusal.name !== name) this.refuse(null);
    if (name === null || name === this.shown) return;
    if (this.refusal && performance.now() < this.refusal.until) return;
    await this.ask(step, name);
  }

  async ask(step, name) {
    const control = new AbortController();
    const asking = { name, began: performance.now(), control };
    this.asking = asking;
    asking.timer = setInterval(() => this.tellWaiting(), QUIET_MS / 2);
    const answer = await this.frames.get(step, this.way, control.signal).catch((error) => error);
    if (this.asking !== asking) return;
    this.giveUp();
    if (answer instanceof Error) this.refuse(name, answer);
    else {
      this.shown = name;
      this.refuse(null);
      this.told.frame(answer);
    }
    this.choose();
  }

  tellWaiting() {
    const seconds = (performance.now() - this.asking.began) / 1000;
    if (1000 * seconds >= QUIET_MS) this.told.waiting(Math.floor(seconds), this.asking.name);
  }

  giveUp() {
    if (!this.asking) return;
    clearInterval(this.asking.timer);
    const { control } = this.asking;
    this.asking = null;
    control.abort();
    this.told.waiting(null);
  }

  /** Remembers that a frame was not given, so that it is asked for again only after a while. */
  refuse(name, error = null) {
    clearTimeout(this.retry);
    if (name === null) {
      if (this.refusal) this.told.refused(null);
      this.refusal = null;
      return;
    }
    const tries = this.refusal?.name === name ? this.refusal.tries + 1 : 1;
    this.refusal = { name, tries, until: performance.now() + RETRY_MS };
    if (error instanceof Refusal) this.told.refused(error.message);
    else if (tries > 1) this.told.unanswered(); // once may be a snapshot whose frame is being written
    this.retry = setTimeout(() => this.choose(), RETRY_MS + 20);
  }

  /** A run that was begun again has other frames under the same steps. */
  forgetOldRevision() {
    const revision = this.feed?.state?.revision ?? null;
    if (this.revision !== null && this.revision !== revision) {
      this.frames = new Frames(this.api, this.run, this.lang);
      this.shown = null;
    }
    this.revision = revision;
  }

  end() {
    this.stop();
    clearTimeout(this.retry);
    this.giveUp();
    this.frames = null;
  }
}
