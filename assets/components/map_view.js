/** A map on its stage: points, labels, camera and pointer. What is marked comes from the component that owns it. */

import { element, oncePerFrame } from "./dom.js";
import { Camera } from "./map_camera.js";
import { Labels } from "./map_labels.js";
import { Pointer } from "./map_pointer.js";
import { Renderer } from "./map_renderer.js";
import { shapesOf } from "./map_scene.js";
import { ShapeLayer } from "./map_shapes.js";
import { Travel } from "./map_travel.js";

const REACH_PX = 14; // a point this near to the pointer is meant
const NO_MARKS = { strong: new Map(), links: [], trails: [], pinned: -1 };
const TRUE_TO_SCALE = /pca/i; // the axes of these mean the same length
const EDGES = { top: 52, bottom: 62 }; // what axes leave to the corners

/**
 * `actions`: hover(index), pick(index, isShift), loop(points), held(frame), looked() after every drawing. Marks: {strong: Map (index →
 * {more, weight, note, isLinked, always}), links: [{from, to, thick, isTorn}], trails: [{i, points: [[x, y, z]]}] that end
 * at word i, pinned, rings}.
 */
export class MapView {
  constructor(host, actions) {
    this.actions = actions;
    this.frame = null; // shown, or travelled to
    this.marks = NO_MARKS;
    this.taken = []; // boxes of the stage that labels keep off
    this.spots = new Float32Array(0);
    this.surface = element("div", "surface", null, { tabindex: "0", role: "application" });
    host.append(this.surface);
    this.redraw = oncePerFrame(() => this.draw());
    this.points = new Renderer(this.surface, () => this.redraw());
    this.layer = new ShapeLayer(this.surface);
    this.labels = new Labels();
    this.travel = new Travel();
    this.cameras = { 2: new Camera(2), 3: new Camera(3) };
    this.listen();
  }

  listen() {
    this.pointer = new Pointer(this.surface, {
      hover: (x, y) => this.actions.hover(x === null ? -1 : this.wordAt(x, y)),
      click: (x, y, isShift) => this.actions.pick(this.wordAt(x, y), isShift),
      drag: (dx, dy, isPan) => this.moveCamera(isPan || this.camera.dims === 2 ? "pan" : "turn", dx, dy),
      zoom: (factor, x, y) => this.moveCamera("zoomAt", factor, x, y),
      reset: () => this.moveCamera("reset"),
      loop: (points, isDone) => this.drawLoop(points, isDone),
      release: () => this.showHeld(),
    });
    this.resizing = new ResizeObserver(() => this.redraw());
    this.resizing.observe(this.surface);
  }

  get camera() {
    return this.cameras[this.frame?.dims === 3 ? 3 : 2];
  }

  get fill() {
    return TRUE_TO_SCALE.test(this.frame?.method ?? "") ? 0 : 1;
  }

  /** Draws a frame, or keeps it until the pointer is up: nothing may move under a drag. Gives whether it is drawn. */
  show(frame) {
    if (this.pointer.isDown && this.frame) {
      this.held = frame;
      return false;
    }
    const before = this.frame;
    this.frame = frame;
    this.travel.begin(before, frame, this.fill);
    if (this.spots.length !== 4 * frame.n) this.spots = new Float32Array(4 * frame.n);
    this.redraw();
    return true;
  }

  clear() {
    this.frame = null;
    this.held = null;
    this.layer.draw([], 1, 1);
  }

  showHeld() {
    const { held } = this;
    this.held = null;
    if (held) this.actions.held(held);
    this.redraw();
  }

  mark(marks) {
    this.marks = { ...NO_MARKS, ...marks };
    this.redraw();
  }

  /** Only what the reader does comes here. */
  moveCamera(how, ...by) {
    this.camera[how](...by);
    this.redraw();
  }

  draw() {
    const { clientWidth: width, clientHeight: height } = this.surface;
    if (!this.frame || !this.paint || !width || !height) return;
    const { frame, camera, paint, look, spots } = this;
    camera.resize(width, height);
    camera.project(this.travel.places(frame), this.travel.fillNow(), spots);
    const isDeep = frame.dims === 3;
    const size = pointSize(frame.n) * Math.min(2.2, camera.zoom ** 0.3);
    this.scene = { n: frame.n, spots, paint, size, width, height, surface: look.surface, isDeep };
    this.points.draw(this.scene);
    this.shapes = this.shapesNow(width, height);
    this.layer.draw(this.shapes, width, height);
    this.actions.looked?.();
    if (this.travel.isUnderWay) this.redraw();
  }

  shapesNow(width, height) {
    const { frame, spots, paint, look, marks, taken } = this;
    const at = (i) => [spots[4 * i], spots[4 * i + 1]];
    const links = marks.links.map(({ from, to, thick, isTorn }) => {
      const [[x1, y1], [x2, y2]] = [at(from), at(to)];
      return { x1, y1, x2, y2, thick, isTorn };
    });
    const lines = links.map(({ x1, y1, x2, y2 }) => [x1, y1, x2, y2]);
    const scene = { frame, spots, width, height, strong: marks.strong, pinned: marks.pinned, lines, taken, look, lit: paint.lit };
    const labelled = this.labels.place({ ...scene, isMoving: this.travel.isUnderWay });
    const trails = marks.trails.map(({ i, points }) => [...this.pathOf(points), at(i)]);
    const names = paint.names.map((one) => this.nameOf(one, width, height));
    return shapesOf({ ...scene, ...labelled, marks: { ...marks, loop: this.loop }, links, trails, names, paint, axes: frame.axes, edges: EDGES });
  }

  /** The name of a group at the middle of its words: medians, because a few words may lie far away. */
  nameOf({ text, colour, members }, width, height) {
    const { spots } = this;
    const some = members.length > 400 ? members.filter((_, k) => k % Math.ceil(members.length / 400) === 0) : members;
    const seen = some.filter((i) => {
      const [x, y] = [spots[4 * i], spots[4 * i + 1]];
      return x >= 0 && y >= 0 && x <= width && y <= height;
    });
    const middle = (k) => seen.map((i) => spots[4 * i + k]).sort((a, b) => a - b)[Math.floor(seen.length / 2)];
    return { text, colour, inView: seen.length, x: middle(0), y: middle(1) };
  }

  pathOf(points) {
    const places = Float32Array.from(points.flat());
    const spots = this.camera.project(places, this.travel.fillNow(), new Float32Array(4 * points.length));
    return points.map((_, i) => [spots[4 * i], spots[4 * i + 1]]);
  }

  /** The word whose label or point is at a place of the stage, or -1. */
  wordAt(x, y) {
    if (!this.frame || !this.scene) return -1;
    const labelled = this.labels.wordAt(x, y);
    return labelled >= 0 ? labelled : nearest(this.spots, this.frame.n, x, y);
  }

  /** Shows a loop while it is drawn; done, it gives the words inside. */
  drawLoop(points, isDone) {
    this.loop = isDone ? null : points;
    if (isDone && this.frame) this.actions.loop(points);
    this.redraw();
  }

  /** The words that can be seen now. */
  inView() {
    const { spots, frame } = this;
    const { clientWidth: width, clientHeight: height } = this.surface;
    const isSeen = (i) => spots[4 * i] >= 0 && spots[4 * i + 1] >= 0 && spots[4 * i] <= width && spots[4 * i + 1] <= height;
    return [...frame.list.order].filter(isSeen);
  }

  remove() {
    this.redraw.cancel();
    this.resizing.disconnect();
    this.points.remove();
  }
}

function pointSize(n) {
  return n > 8000 ? 3.2 : n > 3000 ? 4 : 5;
}

function nearest(spots, n, x, y) {
  let best = -1;
  let least = REACH_PX ** 2;
  for (let i = 0; i < n; i++) {
    const dx = spots[4 * i] - x;
    const dy = spots[4 * i + 1] - y;
    const distance = dx * dx + dy * dy;
    if (distance < least) {
      least = distance;
      best = i;
    }
  }
  return best;
}
