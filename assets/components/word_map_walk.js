/** A walk over the map without a pointer: through the neighbours of a word, or to the next word in a direction. */

import { trueNeighbours } from "./map_neighbours.js";
import { isNumber } from "./numbers.js";
import { fill } from "./texts.js";

const DIRECTIONS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class Walk {
  constructor() {
    this.stop();
  }

  stop() {
    this.anchor = -1; // whose neighbours are walked through
    this.at = -1; // the word reached, or -1
    this.place = -1; // among the neighbours of the anchor
  }

  /** The next (`by` 1) or previous neighbour; a walk begins at `start`. Gives {i, k, n, cosine, isKept} or {i}. */
  neighbour(frame, by, start) {
    if (this.anchor < 0 || this.anchor >= frame.n) return this.standAt(start);
    const near = trueNeighbours(frame, this.anchor);
    if (!near.length) return { i: this.anchor };
    this.place = this.place < 0 ? (by > 0 ? 0 : near.length - 1) : (this.place + by + near.length) % near.length;
    const found = near[this.place];
    this.at = found.i;
    return { ...found, k: this.place + 1, n: near.length, from: this.anchor };
  }

  standAt(i) {
    this.anchor = i;
    this.at = i;
    this.place = -1;
    return { i };
  }

  /** The nearest word in a direction of the stage, within 45 degrees. */
  towards(key, frame, spots, start) {
    const from = this.at >= 0 ? this.at : start;
    const [dx, dy] = DIRECTIONS[key];
    let best = from;
    let least = Infinity;
    for (let i = 0; i < frame.n; i++) {
      const x = spots[4 * i] - spots[4 * from];
      const y = spots[4 * i + 1] - spots[4 * from + 1];
      const along = x * dx + y * dy;
      const aside = Math.abs(x * dy) + Math.abs(y * dx);
      if (along <= 0.5 || aside > along || along + aside >= least) continue;
      least = along + aside;
      best = i;
    }
    return this.standAt(best);
  }
}

/** A step of a walk in words. */
export function walkSays({ i, k, n, from, cosine, isKept }, frame, texts) {
  const word = frame.words[i];
  if (k === undefined) return word;
  const figure = isNumber(cosine) ? cosine.toFixed(2) : "–";
  const place = isKept ? texts.walk_near : texts.walk_far;
  return fill(texts.walk, { word, k, n, from: frame.words[from], cosine: figure, place });
}
