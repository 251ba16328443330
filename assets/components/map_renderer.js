/** The points of a map: by WebGL, and by a plain canvas where there is none or where it was lost. */

import { element } from "./dom.js";
import { CanvasPoints } from "./map_canvas.js";
import { WebglPoints } from "./map_webgl.js";

const LAYERS = 64; // of depth; points of one layer are drawn in any order

/**
 * `draw(scene)` with scene: {n, spots (n · 4: x, y, size, nearness), paint: {rgba, bulk}, size (px), width, height,
 * surface, isDeep}. `kind` is "webgl" or "canvas".
 */
export class Renderer {
  constructor(host, lost) {
    this.host = host;
    this.lost = lost; // called when the picture has to be drawn again
    this.begin();
  }

  begin() {
    try {
      this.replaceCanvas();
      this.points = new WebglPoints(this.canvas);
      this.kind = "webgl";
      this.canvas.addEventListener("webglcontextlost", () => this.fallBack());
    } catch {
      this.useCanvas();
    }
  }

  /** Without graphics the picture stays: drawn the plain way from now on. */
  fallBack() {
    if (this.isGone) return;
    this.useCanvas();
    this.lost();
  }

  useCanvas() {
    this.replaceCanvas(); // a canvas that was asked for WebGL gives nothing else
    this.points = new CanvasPoints(this.canvas);
    this.kind = "canvas";
  }

  replaceCanvas() {
    const canvas = element("canvas", "points", null, { "aria-hidden": "true" });
    if (this.canvas) this.canvas.replaceWith(canvas);
    else this.host.prepend(canvas);
    this.canvas = canvas;
  }

  draw(scene) {
    const density = Math.min(2, window.devicePixelRatio || 1);
    const [width, height] = [Math.round(scene.width * density), Math.round(scene.height * density)];
    if (this.canvas.width !== width) this.canvas.width = width;
    if (this.canvas.height !== height) this.canvas.height = height;
    this.canvas.dataset.kind = this.kind;
    this.points.draw({ ...scene, density, order: scene.isDeep ? this.fromFarToNear(scene) : null });
  }

  /** The far points first, by counting how many lie in each layer. */
  fromFarToNear({ n, spots }) {
    const starts = new Uint32Array(LAYERS + 1);
    const layer = (i) => Math.min(LAYERS - 1, Math.floor(spots[4 * i + 3] * LAYERS));
    for (let i = 0; i < n; i++) starts[layer(i) + 1] += 1;
    for (let k = 0; k < LAYERS; k++) starts[k + 1] += starts[k];
    if (this.order?.length !== n) this.order = new Uint16Array(n);
    for (let i = 0; i < n; i++) this.order[starts[layer(i)]++] = i;
    return this.order;
  }

  remove() {
    this.isGone = true;
    this.points.remove();
  }
}
