/** Where the labels of a map go: greedy, most important first, never over each other. Numbers only, no drawing. */

const PAD = 3;
const DOT = 6; // half the side of the square that a labelled dot needs
const EDGE = 5;
const CELL = 48; // px; boxes are looked for in the cells they touch
const FURTHER = [24, 40, 58, 78]; // px from its dot, for a label that matters and finds no room beside it
const DIRECTIONS = 12;
const SIDES = ["right", "left", "above", "below"];
const CHIP_HEIGHT = 20;
const CHIP_RINGS = 14;

/** Boxes [left, top, right, bottom] that are taken. */
export class Room {
  constructor(width, height) {
    this.width = width;
    this.height = height;
    this.columns = Math.ceil(width / CELL) + 1;
    this.cells = new Map();
  }

  isFree(box) {
    const [left, top, right, bottom] = box;
    if (left <= EDGE || right >= this.width - EDGE || top <= EDGE || bottom >= this.height - EDGE) return false;
    return this.cellsOf(box).every((cell) =>
      (this.cells.get(cell) ?? []).every((b) => left >= b[2] || right <= b[0] || top >= b[3] || bottom <= b[1]));
  }

  take(box) {
    for (const cell of this.cellsOf(box)) {
      if (this.cells.has(cell)) this.cells.get(cell).push(box);
      else this.cells.set(cell, [box]);
    }
  }

  cellsOf([left, top, right, bottom]) {
    const found = [];
    for (let row = Math.floor(top / CELL); row <= Math.floor(bottom / CELL); row++) {
      for (let column = Math.floor(left / CELL); column <= Math.floor(right / CELL); column++) {
        found.push(row * this.columns + column);
      }
    }
    return found;
  }

  /** Keeps a line free, as a row of small squares; what lies outside the stage needs no room. */
  takeLine(x1, y1, x2, y2) {
    const parts = Math.min(400, Math.max(1, Math.ceil(Math.hypot(x2 - x1, y2 - y1) / 8)));
    for (let k = 0; k <= parts; k++) {
      const x = x1 + ((x2 - x1) * k) / parts;
      const y = y1 + ((y2 - y1) * k) / parts;
      if (x > 0 && y > 0 && x < this.width && y < this.height) this.take([x - 2, y - 2, x + 2, y + 2]);
    }
  }
}

/**
 * Places labels {x, y, width, size, side?, awayFrom?, always?, canLead?} and returns for each {dx, dy, anchor, side, box,
 * lead?} or null. The side of last time is tried first, so that labels stay where they are; neighbours turn away from
 * the pinned word, and go further from their dot, on a line, when there is no room beside it.
 */
export function placeLabels(labels, room) {
  return labels.map((label) => {
    const place = sidesInOrder(label).map((side) => beside(label, side)).find(({ box }) => room.isFree(box));
    const found = place ?? (label.canLead ? further(label, room) : null);
    if (!found) return label.always ? above(label, room) : null;
    room.take(found.box);
    return found;
  });
}

/** A place around the dot at a growing distance, first in the direction away from the pinned word. */
function further(label, room) {
  const { x, y, width, size, awayFrom } = label;
  const start = awayFrom ? Math.atan2(y - awayFrom[1], x - awayFrom[0]) : -Math.PI / 2;
  for (const distance of FURTHER) {
    for (let k = 0; k < DIRECTIONS; k++) {
      const angle = start + Math.ceil(k / 2) * (k % 2 ? 1 : -1) * ((2 * Math.PI) / DIRECTIONS);
      const lead = [distance * Math.cos(angle), distance * Math.sin(angle)];
      const isRight = lead[0] >= 0;
      const place = { dx: lead[0] + (isRight ? 3 : -3), dy: lead[1] + size * 0.33, anchor: isRight ? "start" : "end", lead };
      const box = boxOf(x + place.dx - (isRight ? 0 : width), y + place.dy, width, size);
      if (room.isFree(box)) return { ...place, box };
    }
  }
  return null;
}

/** A place above the dot, whoever is there already: for the one label that must be read. */
function above(label, room) {
  const place = beside(label, "above");
  room.take(place.box);
  return place;
}

/** A place for the name of a group, as near to its middle as there is room; null if there is none. */
export function placeChip(x, y, width, room) {
  for (let ring = 0; ring < CHIP_RINGS; ring++) {
    const directions = ring ? 8 : 1;
    for (let k = 0; k < directions; k++) {
      const angle = -Math.PI / 2 + (k * Math.PI) / 4;
      const centre = [x + ring * 16 * Math.cos(angle), y + ring * 16 * Math.sin(angle)];
      const [left, top] = [centre[0] - width / 2, centre[1] - CHIP_HEIGHT / 2];
      const box = [left, top, left + width, top + CHIP_HEIGHT];
      if (!room.isFree(box)) continue;
      room.take(box);
      return { x: centre[0], y: centre[1], box };
    }
  }
  return null;
}

/** The square around a dot that labels of other words keep off. */
export function dotBox(x, y) {
  return [x - DOT, y - DOT, x + DOT, y + DOT];
}

function sidesInOrder({ x, y, side, awayFrom }) {
  if (awayFrom) {
    const along = (name) => {
      const [dx, dy] = { right: [1, 0], left: [-1, 0], above: [0, -1], below: [0, 1] }[name];
      return dx * (x - awayFrom[0]) + dy * (y - awayFrom[1]);
    };
    return [...SIDES].sort((a, b) => along(b) - along(a));
  }
  return side ? [side, ...SIDES.filter((other) => other !== side)] : SIDES;
}

/** The label's anchor point, relative to its word, and its box on the map. */
function beside({ x, y, width, size }, side) {
  const middle = size * 0.33;
  const [dx, dy, anchor] = {
    right: [9, middle, "start"],
    left: [-9, middle, "end"],
    above: [0, -10, "middle"],
    below: [0, size + 5, "middle"],
  }[side];
  const left = x + dx - { start: 0, end: width, middle: width / 2 }[anchor];
  const bottom = y + dy;
  return { dx, dy, anchor, side, box: boxOf(left, bottom, width, size) };
}

function boxOf(left, bottom, width, size) {
  return [left - PAD, bottom - size * 0.86, left + width + PAD, bottom + size * 0.22];
}
