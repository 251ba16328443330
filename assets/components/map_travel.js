/** Words on their way from one frame to the next: quick first, then slower. */

import { prefersStillness } from "./dom.js";

const TRAVEL_MS = 400;

/** `places(frame)` are those of this moment; `isUnderWay` while they are not yet those of the frame. */
export class Travel {
  constructor() {
    this.from = null; // Float32Array (n · 3)
    this.now = null;
    this.fill = [1, 1]; // how much the plane is stretched, before and after
  }

  get isUnderWay() {
    return this.from !== null;
  }

  /** Begins where the words are now. Frames with other words, and readers who want no motion, get no travel. */
  begin(before, after, fill) {
    const canTravel = before && before.list === after.list && !prefersStillness();
    const here = canTravel ? this.places(before).slice() : null;
    this.fill = [this.fillNow(), fill];
    if (!canTravel) this.fill[0] = fill;
    this.from = here;
    this.began = performance.now();
  }

  share() {
    return this.from ? 1 - (1 - Math.min(1, (performance.now() - this.began) / TRAVEL_MS)) ** 3 : 1;
  }

  fillNow() {
    return this.fill[0] + (this.fill[1] - this.fill[0]) * this.share();
  }

  places(frame) {
    const share = this.share();
    if (share === 1) this.from = null;
    if (!this.from) return frame.places;
    if (this.now?.length !== this.from.length) this.now = new Float32Array(this.from.length);
    const { from, now } = this;
    for (let i = 0; i < from.length; i++) now[i] = from[i] + (frame.places[i] - from[i]) * share;
    return now;
  }
}
