/** Frames of a word map, one for each snapshot, fetched once and kept. */

const FRAMES_KEPT = 40;

/**
 * A frame: {step, words, x, y, group, groupNames, kept, method}; x and y are Float32Arrays in [-1, 1], group holds an
 * index into groupNames or -1.
 */
export class Frames {
  constructor(api, runId) {
    this.address = `${api}/runs/${encodeURIComponent(runId)}/frames`;
    this.kept = new Map(); // step → frame, the least recently used first
    this.asked = new Map(); // step → promise
  }

  /** The frame of a step when it is here already. */
  known(step) {
    const frame = this.kept.get(step);
    if (frame) this.keep(step, frame);
    return frame ?? null;
  }

  /** The frame of a step, or null when the server has none. */
  get(step) {
    if (this.kept.has(step)) return Promise.resolve(this.known(step));
    if (!this.asked.has(step)) {
      this.asked.set(step, this.ask(step).finally(() => this.asked.delete(step)));
    }
    return this.asked.get(step);
  }

  /** All kept frames up to a step, in order. */
  upTo(step) {
    return [...this.kept.values()].filter((frame) => frame.step <= step).sort((a, b) => a.step - b.step);
  }

  async ask(step) {
    const reply = await fetch(`${this.address}/${step}`);
    const isJson = (reply.headers.get("content-type") ?? "").includes("json");
    if (!reply.ok || !isJson) return null;
    const frame = decoded(await reply.json());
    this.keep(step, frame);
    return frame;
  }

  keep(step, frame) {
    this.kept.delete(step);
    this.kept.set(step, frame);
    if (this.kept.size > FRAMES_KEPT) this.kept.delete(this.kept.keys().next().value);
  }
}

function decoded({ step, words, xy, group, group_names: groupNames, neighbours_kept: kept, method }) {
  const places = new DataView(bytes(xy).buffer);
  const at = (i) => places.getFloat32(4 * i, true);
  return {
    step,
    words,
    x: Float32Array.from(words, (_, i) => at(2 * i)),
    y: Float32Array.from(words, (_, i) => at(2 * i + 1)),
    group: new Int8Array(bytes(group).buffer),
    groupNames,
    kept,
    method,
  };
}

function bytes(base64) {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}
