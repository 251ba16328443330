/** Frames of word maps, one for each snapshot and way of drawing, fetched once and kept. */

const FRAMES_KEPT = 40;
const WAYS = ["method", "dims", "x", "y"];

/** The server said no, and why, in a sentence for the reader. */
export class Refusal extends Error {
  constructor({ headline, rest }) {
    super(headline);
    this.rest = rest;
  }
}

/** The frames of one run. A way of drawing is {method, dims, x, y}; see `decoded` for what a frame holds. */
export class Frames {
  constructor(api, runId, lang = "en") {
    this.lang = lang; // of the sentence in a refusal
    this.address = `${api}/runs/${encodeURIComponent(runId)}/frames`;
    this.kept = new Map(); // name → frame, the least recently used first
    this.asked = new Map(); // name → promise
    this.list = null; // the words of the last frame: a run rarely has others
  }

  /** What a frame is called here: its step and its way of drawing. */
  name(step, way) {
    return `${step}?${queryOf(way)}`;
  }

  /** The frame of a step when it is here already, or null. */
  known(step, way) {
    const name = this.name(step, way);
    const frame = this.kept.get(name);
    if (frame) this.keep(name, frame);
    return frame ?? null;
  }

  /** The frame of a step; rejects with a `Refusal`, or with an error when the server gave no usable answer. */
  get(step, way, signal) {
    const known = this.known(step, way);
    if (known) return Promise.resolve(known);
    const name = this.name(step, way);
    if (!this.asked.has(name)) {
      this.asked.set(name, this.ask(name, signal).finally(() => this.asked.delete(name)));
    }
    return this.asked.get(name);
  }

  /** All kept frames of a way of drawing up to a step, in order. */
  upTo(step, way) {
    const end = `?${queryOf(way)}`;
    const found = [...this.kept].filter(([name, frame]) => name.endsWith(end) && frame.step <= step);
    return found.map(([, frame]) => frame).sort((a, b) => a.step - b.step);
  }

  async ask(name, signal) {
    const known = this.list?.id ? `&known=${encodeURIComponent(this.list.id)}` : "";
    const reply = await fetch(`${this.address}/${name}&lang=${this.lang}${known}`, { signal });
    const isJson = (reply.headers.get("content-type") ?? "").includes("json");
    const answer = isJson ? await reply.json() : {};
    if (!reply.ok || !isJson) throw answer.error?.headline ? new Refusal(answer.error) : new Error(reply.status);
    const frame = decoded(answer, this.list);
    this.list = frame.list;
    this.keep(name, frame);
    return frame;
  }

  keep(name, frame) {
    this.kept.delete(name);
    this.kept.set(name, frame);
    if (this.kept.size > FRAMES_KEPT) this.kept.delete(this.kept.keys().next().value);
  }
}

function queryOf(way) {
  const given = WAYS.filter((name) => way[name] !== undefined && way[name] !== null);
  return given.map((name) => `${name}=${encodeURIComponent(way[name])}`).join("&");
}

/**
 * A frame: {step, method, dims, n, list, words, places: Float32Array (n · 3, z is 0 in the plane), group, groupNames,
 * kept, keptEach, neighbours, perWord, cosines, space, part, partNames, variance, axes, cannotShow}. Whatever the
 * server left out is null, or an empty list of names.
 */
export function decoded(answer, lastList) {
  const list = listOf(answer, lastList);
  const n = list.words.length;
  const flat = new Float32Array(bytes(answer.xy).buffer); // browsers run on little-endian machines only
  const neighbours = answer.neighbours ? new Uint16Array(bytes(answer.neighbours).buffer) : null;
  const part = answer.part ? new Int8Array(bytes(answer.part).buffer) : null;
  return {
    step: answer.step,
    method: answer.method,
    dims: n ? flat.length / n : 2,
    n,
    list,
    words: list.words,
    places: inSpace(flat, n),
    group: answer.group ? new Int8Array(bytes(answer.group).buffer) : new Int8Array(n).fill(-1),
    groupNames: answer.group_names ?? [],
    kept: answer.neighbours_kept ?? null,
    keptEach: answer.kept_each ? bytes(answer.kept_each) : null,
    neighbours,
    perWord: neighbours && n ? neighbours.length / n : 0,
    cosines: answer.cosines ? bytes(answer.cosines) : null,
    space: answer.space ? bytes(answer.space) : null,
    part,
    partNames: answer.part_names ?? [],
    variance: answer.variance ?? null,
    axes: answer.axes ?? null,
    cannotShow: answer.cannot_show ?? null,
  };
}

/** The words with their places by frequency; the same object as last time when the words are the same. */
function listOf({ words, words_id: id = null, ranks }, last) {
  if (!words) return last;
  if (last && last.id === id && last.words.length === words.length && words.every((w, i) => w === last.words[i])) {
    return last;
  }
  const order = Uint32Array.from(words, (_, i) => i);
  if (ranks) order.sort((a, b) => ranks[a] - ranks[b]);
  return { id, words, index: new Map(words.map((word, i) => [word, i])), order, ranks: ranks ?? null };
}

function inSpace(flat, n) {
  const dims = n ? flat.length / n : 2;
  if (dims === 3) return flat;
  const places = new Float32Array(3 * n);
  for (let i = 0; i < n; i++) {
    places[3 * i] = flat[2 * i];
    places[3 * i + 1] = flat[2 * i + 1];
  }
  return places;
}

function bytes(base64) {
  const text = atob(base64);
  const found = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) found[i] = text.charCodeAt(i);
  return found;
}
