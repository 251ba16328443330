/** Which words get a label: the marked ones, then by frequency, at most a few in each cell of the stage. */

import { fitted, textWidth, visible } from "./token_text.js";
import { Room, dotBox, placeLabels } from "./map_places.js";

const AREA_PER_LABEL = 8000; // px²
const CELL = { width: 96, height: 40 }; // px
const CELL_MOST = 2;
const LABEL_LIMIT = 160; // px
const FAR = 0.42; // nearness below which a word of a cloud stays a dot
const SMALLEST = 13; // px

/**
 * `place(scene)` with scene: {frame, spots, width, height, strong: Map (index → {rank, more, weight, note}), pinned,
 * lines: [[x1, y1, x2, y2]], taken: [box], lit (Set or null: only these), look, isMoving} returns [{i, x, y, text, size, weight, note, place}] and the
 * room that is left.
 */
export class Labels {
  constructor() {
    this.sides = new Map(); // word → the side its label was on
    this.before = new Set(); // indices that had a label last time: they go before others like them
    this.placed = [];
    this.list = null;
  }

  place(scene) {
    if (scene.frame.list !== this.list) this.forget(scene.frame.list);
    this.scene = scene;
    this.size = scene.height > 560 ? 17 : 15;
    const room = new Room(scene.width, scene.height);
    scene.taken.forEach((box) => room.take(box));
    const boxOf = (i) => dotBox(scene.spots[4 * i], scene.spots[4 * i + 1]);
    const strong = this.inView([...scene.strong.keys()]);
    strong.forEach((i) => room.take(boxOf(i)));
    const first = this.fit(strong, room); // they come first, so the rest keeps off the links
    scene.lines.forEach((line) => room.takeLine(...line));
    const quiet = this.quiet().filter((i) => room.isFree(boxOf(i)));
    quiet.forEach((i) => room.take(boxOf(i)));
    const placed = [...first, ...this.fit(quiet, room)];
    this.remember(placed);
    return { placed, dots: new Set([...strong, ...placed.map(({ i }) => i)]), room };
  }

  forget(list) {
    this.list = list;
    this.before.clear();
    this.sides.clear();
  }

  inView(indices) {
    const { spots, width, height } = this.scene;
    return indices.filter((i) => {
      const [x, y] = [spots[4 * i], spots[4 * i + 1]];
      return x >= 0 && y >= 0 && x <= width && y <= height;
    });
  }

  /** Words without a mark. On their way none comes; else by frequency, the ones with a label and a group first. */
  quiet() {
    const { frame, strong, width, height, isMoving, lit } = this.scene;
    const kept = this.inView([...this.before]).filter((i) => !strong.has(i) && (!lit || lit.has(i)));
    if (isMoving) return kept;
    const most = Math.max(12, Math.round((width * height) / AREA_PER_LABEL)) - strong.size;
    const found = new Set([...kept, ...this.scattered(2 * most)]);
    const rank = frame.list.ranks ?? null;
    const weight = (i) =>
      ((rank ? rank[i] : i) + 8) * (frame.group[i] < 0 ? 4 : 1) * (this.before.has(i) ? 0.6 : 1);
    return [...found].sort((a, b) => weight(a) - weight(b)).slice(0, Math.max(0, most));
  }

  /** The most frequent words in view, at most CELL_MOST in a cell: one walk, no word is compared with another. */
  scattered(most) {
    const { frame, spots, width, height, strong, lit } = this.scene;
    const columns = Math.ceil(width / CELL.width) + 1;
    const inCell = new Uint8Array(columns * (Math.ceil(height / CELL.height) + 1));
    const found = [];
    for (const i of frame.list.order) {
      const x = spots[4 * i];
      const y = spots[4 * i + 1];
      if (!(x >= 0 && y >= 0 && x <= width && y <= height) || spots[4 * i + 3] < FAR || strong.has(i)) continue;
      if (lit && !lit.has(i)) continue;
      const cell = Math.floor(y / CELL.height) * columns + Math.floor(x / CELL.width);
      if (inCell[cell] >= CELL_MOST) continue;
      inCell[cell] += 1;
      found.push(i);
      if (found.length >= most) break;
    }
    return found;
  }

  fit(indices, room) {
    const labels = indices.map((i) => this.label(i));
    const places = placeLabels(labels, room);
    return labels.flatMap((label, k) => (places[k] ? [{ ...label, place: places[k] }] : []));
  }

  label(i) {
    const { frame, spots, strong, pinned, look } = this.scene;
    const [x, y, near] = [spots[4 * i], spots[4 * i + 1], spots[4 * i + 2]];
    const mark = strong.get(i);
    const size = Math.max(SMALLEST, Math.round(2 * (this.size + (mark?.more ?? 0)) * Math.min(1.2, near)) / 2);
    const weight = mark?.weight ?? 400;
    const font = `${weight} ${size}px ${look.serif}`;
    const text = fitted(visible(frame.words[i]), font, LABEL_LIMIT);
    const isNear = mark && i !== pinned && pinned >= 0;
    const awayFrom = isNear && mark.isLinked ? [spots[4 * pinned], spots[4 * pinned + 1]] : null;
    const shared = { i, x, y, text, size, weight, mark, width: textWidth(text, font), awayFrom };
    return { ...shared, side: this.sides.get(frame.words[i]), always: Boolean(mark?.always), canLead: Boolean(mark) };
  }

  remember(placed) {
    this.placed = placed;
    this.before = new Set(placed.filter(({ mark }) => !mark).map(({ i }) => i));
    placed.forEach(({ i, place }) => this.sides.set(this.scene.frame.words[i], place.side));
  }

  /** The word whose label is under a point, or -1. */
  wordAt(x, y) {
    const hit = this.placed.find(({ place: { box } }) => x >= box[0] && x <= box[2] && y >= box[1] && y <= box[3]);
    return hit ? hit.i : -1;
  }
}
