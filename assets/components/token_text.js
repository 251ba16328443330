/** Tokens as text that can be read: white space gets signs, and widths are measured before anything is drawn. */

const SIGNS = { "\n": "⏎", "\r": "⏎", "\t": "⇥", " ": "␣", "\u00a0": "␣", "\u3000": "␣" };
const WIDTHS_KEPT = 5000;
const ELLIPSIS = "…";

const pen = document.createElement("canvas").getContext("2d");
const widths = new Map();

/** Every white space of a token as a sign. */
export function visible(text) {
  return text.replace(/\s/g, (space) => SIGNS[space] ?? "␣");
}

/** A token's name: the space before a word is left out, all other white space is a sign. */
export function tokenLabel(text) {
  return visible(text.trim() ? text.replace(/^ /, "") : text) || "∅";
}

/** Labels of tokens shown side by side; " a" and "a" would look alike, so then the space is shown. */
export function tokenLabels(texts) {
  const labels = texts.map(tokenLabel);
  const isShared = (label, text) => texts.some((other, k) => other !== text && labels[k] === label);
  return labels.map((label, i) => (isShared(label, texts[i]) ? visible(texts[i]) || label : label));
}

/** Width in px of `text` in a font such as "600 16px serif". */
export function textWidth(text, font) {
  const key = `${font}\n${text}`;
  if (!widths.has(key)) {
    if (widths.size > WIDTHS_KEPT) widths.clear();
    pen.font = font;
    widths.set(key, pen.measureText(text).width);
  }
  return widths.get(key);
}

/** `text`, cut with an ellipsis when it is wider than `limit` px. */
export function fitted(text, font, limit) {
  if (textWidth(text, font) <= limit) return text;
  const letters = [...text];
  while (letters.length > 1 && textWidth(letters.join("") + ELLIPSIS, font) > limit) letters.pop();
  return letters.join("") + ELLIPSIS;
}
