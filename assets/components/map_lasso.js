/** Words inside a loop: drawn with the pointer, or a circle that the keys move. */

const SIDES = 40; // of the polygon that stands for a circle
const KEY_STEP = 0.05; // of the stage
const FIRST_RADIUS = 0.18; // of the smaller side of the stage

/** Indices of the words whose px lie inside the polygon [[x, y], …]. */
export function inside(loop, spots, n) {
  const [xs, ys] = [loop.map(([x]) => x), loop.map(([, y]) => y)];
  const box = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
  const found = [];
  for (let i = 0; i < n; i++) {
    const [x, y] = [spots[4 * i], spots[4 * i + 1]];
    if (x < box[0] || x > box[2] || y < box[1] || y > box[3]) continue;
    if (surrounds(loop, x, y)) found.push(i);
  }
  return found;
}

/** A ray to the right crosses the edge of a polygon an odd number of times when it starts inside. */
function surrounds(loop, x, y) {
  let isInside = false;
  for (let k = 0, before = loop.length - 1; k < loop.length; before = k++) {
    const [[x1, y1], [x2, y2]] = [loop[k], loop[before]];
    if (y1 > y !== y2 > y && x < x1 + ((y - y1) * (x2 - x1)) / (y2 - y1)) isInside = !isInside;
  }
  return isInside;
}

/** The circle of a reader without a pointer. `key(name)` moves it or changes its size, and says whether it did. */
export class KeyLoop {
  constructor(width, height) {
    Object.assign(this, { width, height, x: width / 2, y: height / 2 });
    this.radius = FIRST_RADIUS * Math.min(width, height);
  }

  key(name) {
    const [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[name] ?? [0, 0];
    const factor = { "+": 1.2, "=": 1.2, "-": 1 / 1.2 }[name] ?? 1;
    this.x = Math.min(this.width, Math.max(0, this.x + dx * KEY_STEP * this.width));
    this.y = Math.min(this.height, Math.max(0, this.y + dy * KEY_STEP * this.height));
    this.radius = Math.min(this.width, Math.max(12, this.radius * factor));
    return dx !== 0 || dy !== 0 || factor !== 1;
  }

  get points() {
    return Array.from({ length: SIDES }, (_, k) => {
      const angle = (2 * Math.PI * k) / SIDES;
      return [this.x + this.radius * Math.cos(angle), this.y + this.radius * Math.sin(angle)];
    });
  }
}
