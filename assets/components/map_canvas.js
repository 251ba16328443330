/** Points without WebGL: discs written into the pixels of a canvas, which is faster than its drawing commands. */

import { channels } from "./colours.js";

const FINE = 4; // discs are kept for every quarter of a px

/** `draw(scene)`: see map_renderer.js. */
export class CanvasPoints {
  constructor(canvas) {
    this.canvas = canvas;
    this.pen = canvas.getContext("2d", { alpha: false });
    this.discs = new Map(); // radius in quarters → {reach, cover}
  }

  draw({ n, spots, paint, order, size, density, surface }) {
    const { width, height } = this.canvas;
    if (this.image?.width !== width || this.image.height !== height) this.image = this.pen.createImageData(width, height);
    const [red, green, blue] = channels(surface);
    new Uint32Array(this.image.data.buffer).fill((255 << 24) | (blue << 16) | (green << 8) | red);
    for (let k = 0; k < n; k++) {
      const i = order ? order[k] : k;
      const radius = Math.max(1, (size * density * paint.bulk[i] * spots[4 * i + 2]) / 2);
      const alpha = (paint.rgba[4 * i + 3] / 255) * (0.25 + 0.75 * spots[4 * i + 3]);
      this.stamp(spots[4 * i] * density, spots[4 * i + 1] * density, this.disc(radius), paint.rgba, 4 * i, alpha);
    }
    this.pen.putImageData(this.image, 0, 0);
  }

  /** Lays one disc over what is there already. */
  stamp(x, y, { reach, cover }, rgba, colour, alpha) {
    const { width, height, data } = this.image;
    const [left, top] = [Math.round(x) - reach, Math.round(y) - reach];
    const side = 2 * reach + 1;
    if (left + side < 0 || top + side < 0 || left >= width || top >= height) return;
    for (let row = Math.max(0, -top); row < side && top + row < height; row++) {
      for (let column = Math.max(0, -left); column < side && left + column < width; column++) {
        const share = cover[row * side + column] * alpha;
        if (share === 0) continue;
        const at = 4 * ((top + row) * width + left + column);
        data[at] += (rgba[colour] - data[at]) * share;
        data[at + 1] += (rgba[colour + 1] - data[at + 1]) * share;
        data[at + 2] += (rgba[colour + 2] - data[at + 2]) * share;
      }
    }
  }

  disc(radius) {
    const key = Math.round(radius * FINE);
    if (!this.discs.has(key)) this.discs.set(key, discOf(key / FINE));
    return this.discs.get(key);
  }

  remove() {
    this.image = null;
  }
}

/** How much of every px of a square a disc covers: 1 inside, less on its edge. */
function discOf(radius) {
  const reach = Math.ceil(radius);
  const side = 2 * reach + 1;
  const cover = new Float32Array(side * side);
  for (let at = 0; at < cover.length; at++) {
    const distance = Math.hypot((at % side) - reach, Math.floor(at / side) - reach);
    cover[at] = Math.min(1, Math.max(0, radius + 0.5 - distance));
  }
  return { reach, cover };
}
