/** From places in the plane or in space to px on the stage: pan, zoom, turn. It moves only when it is told to. */

const MARGIN = { 2: 1.06, 3: 0.95 }; // room for labels beyond the outermost words; the corners of a cloud are empty
const INSET = { top: 36, bottom: 52 }; // px, for what is said in the corners of the stage
const EYE = 4.2; // distance of the eye from the middle of a cloud
const ZOOMS = [0.4, 400];
const TURN_PER_PX = 0.0065; // radians
const FLAT = [1, 0, 0, 0, 1, 0, 0, 0, 1];

/** `dims` 2 moves over a plane, 3 turns a cloud. */
export class Camera {
  constructor(dims) {
    this.dims = dims;
    this.width = 1;
    this.height = 1;
    this.inset = INSET;
    this.reset();
  }

  reset() {
    this.zoom = 1;
    this.x = 0; // px, of the middle of the map from the middle of the stage
    this.y = 0;
    this.turned = [...FLAT];
  }

  /** A resized stage shows the same part of the map. */
  resize(width, height) {
    this.x *= width / this.width;
    this.y *= height / this.height;
    this.width = width;
    this.height = height;
  }

  pan(dx, dy) {
    this.x += dx;
    this.y += dy;
  }

  /** Turns the cloud under the pointer, about the axes of the stage. */
  turn(dx, dy) {
    const [a, b] = [dx * TURN_PER_PX, dy * TURN_PER_PX];
    const [ca, sa, cb, sb] = [Math.cos(a), Math.sin(a), Math.cos(b), Math.sin(b)];
    const sideways = [ca, 0, sa, 0, 1, 0, -sa, 0, ca];
    const upwards = [1, 0, 0, 0, cb, -sb, 0, sb, cb];
    this.turned = times(times(upwards, sideways), this.turned);
  }

  /** Where the middle of the map is on the stage. */
  middle() {
    return [this.width / 2 + this.x, (this.height + this.inset.top - this.inset.bottom) / 2 + this.y];
  }

  /** Zooms by a factor and keeps what is at (x, y) of the stage where it is. */
  zoomAt(factor, x = this.width / 2, y = this.height / 2) {
    const zoom = Math.min(ZOOMS[1], Math.max(ZOOMS[0], this.zoom * factor));
    const by = zoom / this.zoom;
    const [cx, cy] = this.middle();
    this.pan((x - cx) * (1 - by), (y - cy) * (1 - by));
    this.zoom = zoom;
  }

  /** Brings a box of the stage [left, top, right, bottom] to its middle, with some room around it. */
  zoomOnto([left, top, right, bottom]) {
    const factor = Math.min(this.width / (right - left + 160), this.height / (bottom - top + 120));
    this.pan(this.width / 2 - (left + right) / 2, this.height / 2 - (top + bottom) / 2);
    this.zoomAt(Math.min(factor, 6 / this.zoom));
  }

  /** px for one unit of the map, [across, up]: the plane fills the stage when `fill` is 1 and is true to scale at 0. */
  units(fill) {
    const height = Math.max(80, this.height - this.inset.top - this.inset.bottom);
    const [across, up] = [this.width / 2 / MARGIN[this.dims], height / 2 / MARGIN[this.dims]];
    const same = Math.min(across, up);
    const share = this.dims === 3 ? 0 : fill;
    return [(same + (across - same) * share) * this.zoom, (same + (up - same) * share) * this.zoom];
  }

  /** Writes x, y (px), size (1 in the middle) and nearness (0 far to 1 near) of every place into `spots` (n · 4). */
  project(places, fill, spots) {
    const [across, up] = this.units(fill);
    const [cx, cy] = this.middle();
    const [a, b, c, d, e, f, g, h, k] = this.turned;
    const isFlat = this.dims === 2;
    const n = places.length / 3;
    for (let i = 0; i < n; i++) {
      const x = places[3 * i];
      const y = places[3 * i + 1];
      const z = places[3 * i + 2];
      const depth = isFlat ? 0 : g * x + h * y + k * z;
      const size = EYE / (EYE - depth);
      spots[4 * i] = cx + (isFlat ? x : a * x + b * y + c * z) * size * across;
      spots[4 * i + 1] = cy - (isFlat ? y : d * x + e * y + f * z) * size * up;
      spots[4 * i + 2] = size;
      spots[4 * i + 3] = isFlat ? 1 : Math.min(1, Math.max(0, 0.5 + 0.45 * depth));
    }
    return spots;
  }
}

/** The product of two 3 × 3 matrices, written row by row. */
function times(m, n) {
  return m.map((_, at) => {
    const [row, column] = [3 * Math.floor(at / 3), at % 3];
    return m[row] * n[column] + m[row + 1] * n[column + 3] + m[row + 2] * n[column + 6];
  });
}
