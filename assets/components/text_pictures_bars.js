/** Pictures made of bars: frequent words, frequent sequences of words, lengths. */

import { svg } from "./dom.js";
import { compact, thousands } from "./numbers.js";
import { walked } from "./text_pictures_curves.js";
import { edgesOf, label, leftAxis, lowerAxis, scale, wordWidth } from "./text_pictures_frame.js";
import { fitted } from "./token_text.js";
import { fill } from "./texts.js";

const ROW = 24; // px, the least
const COLUMN = 250; // px, the least
const NUMBER = 58; // px for a count
const WORD_FONT = '15px "Source Serif", serif';
const WORD_SHARE = 0.5; // of a column, at most

/** The most frequent words, as many as have room, in columns. */
export function words({ word, count }, view) {
  return rows(word, count, view);
}

/** The most frequent sequences of n words. */
export function ngrams({ gram, count }, view) {
  return rows(gram, count, view);
}

function rows(names, count, view) {
  const { width, height, isSmall } = view;
  const perColumn = isSmall ? 6 : Math.max(1, Math.floor(height / ROW));
  const wanted = Math.min(Math.floor(width / COLUMN), Math.ceil(names.length / perColumn));
  const columns = isSmall ? 1 : Math.max(1, wanted);
  const n = Math.min(names.length, perColumn * columns);
  const lines = Math.ceil(n / columns);
  const row = Math.min(isSmall ? 9 : 34, height / Math.max(1, lines));
  const space = (width + 24) / columns;
  const widest = isSmall ? 0 : Math.max(0, ...names.slice(0, n).map(wordWidth));
  const gutter = isSmall ? 4 : Math.min(WORD_SHARE * space, 18 + widest);
  const room = isSmall ? width - 8 : space - 24 - gutter - NUMBER;
  const place = (i) => ({ x: Math.floor(i / lines) * space, y: (i % lines) * row });
  const nodes = Array.from({ length: n }, (_, i) => i).flatMap((i) => {
    const { x, y } = place(i);
    const length = Math.max(1, (room * count[i]) / Math.max(1, count[0]));
    const thick = isSmall ? 6 : Math.min(15, row - 10);
    const bar = barOf(x + gutter, y + (row - thick) / 2, length, thick);
    if (isSmall) return [bar];
    const word = fitted(names[i], WORD_FONT, gutter - 16);
    const middle = y + row / 2 + 5;
    const name = svg("text", { x: x + gutter - 10, y: middle, class: "word", "text-anchor": "end" }, word);
    return [bar, name, svg("text", { x: x + gutter + length + 7, y: middle, class: "value" }, thousands(count[i]))];
  });
  const under = (px, py) => {
    const i = Math.floor(px / space) * lines + Math.floor(py / row);
    return px >= 0 && py >= 0 && py < lines * row && i < n ? i : null;
  };
  const says = (i) => ({ word: names[i], text: fill(view.texts.bar_point, { rank: i + 1, count: count[i] }) });
  const marks = (i) => [frame(place(i).x, place(i).y, space - 24, row)];
  return { nodes, says, under, marks, move: (i, key) => walked(i, sideways(key), n - 1, key.length > 9 ? lines : 1) };
}

/** Bars stand under each other: up and down are the neighbours, left and right the next column. */
function sideways(key) {
  return { ArrowLeft: "ArrowUp", ArrowRight: "ArrowDown" }[key] ?? key;
}

function barOf(x, y, width, height, rx = 2) {
  return svg("rect", { x, y, width, height, rx, fill: "var(--live)" });
}

function frame(x, y, width, height) {
  return svg("rect", { x: x + 1, y: y + 1, width: width - 2, height: height - 2, rx: 4, class: "outline" });
}

/** Lengths of documents, paragraphs or lines; the bins grow with the length. */
export function lengths(picture, view) {
  const { edges: bins, counts, median } = picture;
  const edges = edgesOf(view);
  const least = (value) => Math.max(value, 0.6); // an empty document has its place left of 1
  const x = scale(least(bins[0]), Math.max(least(bins.at(-1)), least(bins[0]) * 1.5), edges.left, edges.right, true);
  const y = scale(0, Math.max(1, ...counts), edges.bottom, edges.top + (view.isSmall ? 0 : 14));
  const box = (i) => ({ left: x(least(bins[i])), right: x(least(bins[i + 1])), top: y(counts[i]) });
  const nodes = counts.map((_, i) => {
    const { left, right, top } = box(i);
    const gap = view.isSmall ? 0.5 : 1;
    const width = Math.max(0.5, right - left - 2 * gap);
    return barOf(left + gap, top, width, edges.bottom - top, view.isSmall ? 0 : 2);
  });
  if (!view.isSmall) {
    const { texts } = view;
    const counted = texts[`of_${picture.of}`] ?? texts.of_documents;
    nodes.unshift(...lowerAxis(x, edges, texts.characters), ...leftAxis(y, edges, counted));
    nodes.push(...medianMark(median, x(least(median)), edges, texts));
  }
  const says = (i) => {
    const values = { low: bins[i], high: bins[i + 1] - 1, n: counts[i] };
    return { word: "", text: fill(view.texts.lengths_point, values) };
  };
  const under = (px) => {
    const at = counts.findIndex((_, i) => px >= box(i).left && px < box(i).right);
    return at < 0 ? null : at;
  };
  const marks = (i) => {
    const { left, right } = box(i);
    const top = Math.min(box(i).top, edges.bottom - 4);
    return [frame(left - 1, top - 1, right - left + 2, edges.bottom - top + 2)];
  };
  return { nodes, says, under, marks, move: (i, key) => walked(i, key, counts.length - 1) };
}

function medianMark(median, x, { top, bottom, left, right }, texts) {
  const line = svg("line", { x1: x, x2: x, y1: top - 2, y2: bottom, stroke: "var(--ink)", "stroke-width": 1.5 });
  const isRight = x > (left + right) / 2;
  const text = fill(texts.median, { n: compact(median) });
  return [line, label(x + (isRight ? -7 : 7), top + 6, text, "strong", isRight ? "end" : "start")];
}
