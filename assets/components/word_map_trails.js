/** The ways of words over training: frames before the one shown, fetched one after the other. */

const FRAMES_MOST = 36;

export class Trails {
  /** `changed()` is told whenever a path has one place more. */
  constructor(changed) {
    this.changed = changed;
    this.isFetching = false;
  }

  /** Where each of the words was at the snapshots before `frame`: [{i, points: [[x, y, z]]}]. */
  of(indices, frame, frames, way) {
    const before = frames.upTo(frame.step - 1, way).filter((one) => one.list === frame.list && one.dims === frame.dims);
    return indices.map((i) => ({ i, points: before.map(({ places }) => [...places.subarray(3 * i, 3 * i + 3)]) }));
  }

  /** Fetches what is missing while `isWanted()`; a place that cannot be had is left out. */
  async fetch(snapshots, frame, frames, way, isWanted) {
    if (this.isFetching) return;
    this.isFetching = true;
    const missing = snapshots.filter((step) => step < frame.step && !frames.known(step, way));
    for (const step of missing.slice(-FRAMES_MOST)) {
      if (!isWanted()) break;
      await frames.get(step, way).catch(() => null);
      this.changed();
    }
    this.isFetching = false;
  }
}
