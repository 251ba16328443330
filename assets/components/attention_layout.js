/** Where everything of the large attention picture goes. Numbers only, no drawing. */

const LARGEST_CELL = 44;
const LABEL_GAP = 10; // between a label and the cells
const EDGE = 8;

export const READING = { headline: 48, line: 23, title: 30 }; // heights in px
const READING_WIDTHS = [[720, 230], [520, 200], [470, 172], [0, 156]]; // from this panel width on
const TOP = 4; // columns that are read out
const WHOLE_FROM = 12; // smaller cells may have a broken size, or a long text would waste the panel

/**
 * Places of cells, labels and reading in a panel of `width` × `height` px.
 * `labels` are the widths of the tokens' names in px. A causal picture is a triangle and leaves its corner to the
 * reading; a full square has the reading on its right and its column names, upright, on top.
 */
export function attentionLayout(width, height, labels, causal) {
  const reading = READING_WIDTHS.find(([from]) => width >= from)[1];
  const widest = Math.max(0, ...labels);
  const x0 = Math.ceil(widest) + LABEL_GAP + EDGE;
  const y0 = causal ? EDGE : Math.ceil(widest) + LABEL_GAP + EDGE;
  const across = causal ? causalRoom(width - x0 - EDGE, labels) : (width - x0 - reading - 24) / labels.length;
  const down = (height - y0 - EDGE) / labels.length;
  const room = Math.max(2, Math.min(across, down, LARGEST_CELL));
  const cell = room < WHOLE_FROM ? room : Math.floor(room);
  const place = { x0, y0, cell, gap: cellGap(cell), causal, readingWidth: reading, readingY: 14 };
  place.readingX = causal ? width - reading : Math.min(width - reading, x0 + cell * labels.length + 24);
  if (causal) makeRoom(place, labels, height);
  place.readingHeight = causal ? freeHeight(place, labels, height) : height - place.readingY;
  return place;
}

/** How many of the brightest columns are read out: four, fewer where the corner is small. */
export function topLines(place) {
  return Math.max(2, Math.min(TOP, Math.floor((place.readingHeight - READING.headline) / READING.line)));
}

/** How many lines for the next tokens have room under `nTop` lines of reading. */
export function nextLines(place, nTop) {
  const left = place.readingHeight - READING.headline - nTop * READING.line - READING.title;
  return Math.max(0, Math.min(5, Math.floor(left / READING.line)));
}

/** The row under a point, or null. */
export function rowAt(place, labels, x, y) {
  const row = Math.floor((y - place.y0) / place.cell);
  if (row < 0 || row >= labels.length || x < 0) return null;
  return x <= rowEnd(place, row, labels.length) + LABEL_GAP + (place.causal ? labels[row] : 0) ? row : null;
}

/** Right edge of the cells of a row. */
export function rowEnd(place, row, nTokens) {
  return place.x0 + place.cell * (place.causal ? row + 1 : nTokens);
}

/**
 * Which labels along an axis can be shown without touching: the wanted ones first, then every n-th.
 * Labels need `lineHeight` px, one cell has `cell` px.
 */
export function thinned(nLabels, cell, lineHeight, wanted) {
  const apart = Math.ceil(lineHeight / cell);
  const taken = [];
  const regular = [...Array(nLabels).keys()].filter((i) => i % apart === 0);
  for (const i of [...wanted, ...regular]) {
    if (taken.every((other) => Math.abs(other - i) >= apart)) taken.push(i);
  }
  return new Set(taken);
}

/** The largest cell with which every row and the name at its end fit. */
function causalRoom(room, labels) {
  return Math.min(...labels.map((width, row) => (room - LABEL_GAP - width) / (row + 1)));
}

/** A triangle that is lower than its panel moves down as far as the reading needs. */
function makeRoom(place, labels, height) {
  const wanted = READING.headline + TOP * READING.line + READING.title + READING.line;
  const spare = height - EDGE - place.y0 - place.cell * labels.length;
  const missing = wanted - freeHeight(place, labels, height);
  place.y0 += Math.max(0, Math.min(spare, missing));
}

/** Height of the free corner: down to the first row that reaches the reading. */
function freeHeight(place, labels, height) {
  const reaches = (_, row) => rowEnd(place, row, labels.length) + LABEL_GAP + labels[row] + 10 > place.readingX;
  const row = labels.findIndex(reaches);
  const bottom = row < 0 ? height - EDGE : place.y0 + row * place.cell;
  return bottom - place.readingY;
}

function cellGap(cell) {
  if (cell >= 14) return 2;
  return cell >= 5 ? 1 : 0;
}
