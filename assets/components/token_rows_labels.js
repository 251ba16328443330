/** Tokens as they are shown: white space as signs, bytes in pairs. No drawing here. */

const SIGNS = { " ": "·", "\n": "↵", "\r": "↵", "\t": "⇥" };
const UNKNOWN = ["\ufffd", "[UNK]", "<unk>"];

/** Every white space of a token as a sign; an empty token as ∅. */
export function shown(label) {
  return String(label ?? "").replace(/[ \n\r\t]/g, (space) => SIGNS[space]) || "∅";
}

/** "e4bda0" → "E4 BD A0", at most `most` bytes and then an ellipsis. */
export function byteList(hex, most = 8) {
  const pairs = (hex ?? "").replace(/[^0-9a-f]/gi, "").toUpperCase().match(/../g) ?? [];
  return pairs.slice(0, most).join(" ") + (pairs.length > most ? " …" : "");
}

/** True for the token that stands for everything the vocabulary lacks. */
export function isUnknown(row, at) {
  if (row.unknown_id !== undefined && row.unknown_id !== null) return row.ids[at] === row.unknown_id;
  return UNKNOWN.includes(row.labels[at]);
}

/** Indices [from, to) of the tokens that share a character with [start, end); both lists ascend. */
export function overlapping({ starts, ends }, start, end) {
  let from = firstAbove(ends, start);
  while (from < starts.length && ends[from] <= start) from++;
  let to = from;
  while (to < starts.length && starts[to] < end) to++;
  return [from, to];
}

/** Index of the first value above `limit` in a sorted list. */
function firstAbove(values, limit) {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
