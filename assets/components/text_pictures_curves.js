/** Pictures that are a line: rank and count (Zipf), growth of the vocabulary (Heaps), coverage. */

import { polyline, svg } from "./dom.js";
import { compact, loss as twoDigits, percent } from "./numbers.js";
import { edgesOf, label, labelRoom, leftAxis, lowerAxis, power, scale } from "./text_pictures_frame.js";
import { lineWidth, wordWidth } from "./text_pictures_frame.js";
import { fill } from "./texts.js";

const PAGE = 10; // points for a page key

/** Zipf: how often the word of each rank occurs, both axes logarithmic, with the fitted line. */
export function zipf(picture, view) {
  const { rank, count, word, exponent, constant } = picture;
  const edges = edgesOf(view);
  const lineEnd = constant / rank.at(-1) ** exponent;
  const x = scale(1, Math.max(2, rank.at(-1)), edges.left, edges.right, true);
  const high = Math.max(count[0], Math.min(constant, 4 * count[0]), 2);
  const y = scale(Math.min(1, ...count), high, edges.bottom, edges.top, true);
  const fit = clippedLine(x, y, [1, constant], [x.high, lineEnd * (rank.at(-1) / x.high) ** exponent]);
  const points = rank.map((r, i) => [x(r), y(count[i])]);
  const radius = view.isSmall ? 1.1 : 2.4;
  const dots = thinned(points).map(([cx, cy]) => svg("circle", { cx, cy, r: radius, fill: "var(--live)" }));
  const nodes = [reference(fit, view), ...dots];
  if (!view.isSmall) {
    const { texts } = view;
    nodes.unshift(...lowerAxis(x, edges, texts.rank), ...leftAxis(y, edges, texts.count));
    nodes.push(...wordLabels(word, points, edges), ...zipfFormula(fit, constant, exponent, edges));
  }
  const says = (i) => ({ word: word[i], text: fill(view.texts.zipf_point, { rank: rank[i], count: count[i] }) });
  return { nodes, says, ...lineOf(points, edges) };
}

function zipfFormula(fit, constant, exponent, edges) {
  if (fit.length < 2) return [];
  const [[x1, y1], [x2, y2]] = fit;
  const x = x1 + (x2 - x1) * 0.42;
  const y = y1 + (y2 - y1) * 0.42 + 26;
  return y < edges.bottom - 4 ? [power(x - 6, y, `${compact(constant)} ÷ rank`, twoDigits(exponent), "end")] : [];
}

/** Words up and to the right of their points, where the falling line leaves room. */
function wordLabels(words, points, edges) {
  const claim = labelRoom({ ...edges, top: 0 });
  return byHalves(words.length).flatMap((i) => {
    const [x, y] = [points[i][0] + 7, points[i][1] - 5];
    const box = { left: x - 4, right: x + wordWidth(words[i]) + 4, top: y - 14, bottom: y + 4 };
    return claim(box) ? [label(x, y, words[i], "word")] : [];
  });
}

/** 0, last, the middle, the middles of the halves, …: whoever comes first gets the room. */
function byHalves(n) {
  const order = new Set(n ? [0, n - 1] : []);
  for (let parts = 2; order.size < n && parts < 4 * n; parts *= 2) {
    for (let k = 1; k < parts; k += 2) order.add(Math.round((k * (n - 1)) / parts));
  }
  return [...order];
}

/** Heaps: different words among the first n, with K·n^β. */
export function heaps(picture, view) {
  const { n, distinct, k, beta } = picture;
  const edges = edgesOf(view);
  const x = scale(0, Math.max(1, n.at(-1)), edges.left, edges.right);
  const y = scale(0, Math.max(1, distinct.at(-1)) * 1.14, edges.bottom, edges.top);
  const points = n.map((value, i) => [x(value), y(distinct[i])]);
  const law = (value) => k * value ** beta;
  const sampled = Array.from({ length: 81 }, (_, i) => (i / 80) * x.high).filter((value) => law(value) <= y.high);
  const fit = sampled.map((value) => [x(value), y(law(value))]);
  const nodes = [reference(fit, view), curve(points, view)];
  if (!view.isSmall) {
    const { texts } = view;
    nodes.unshift(...lowerAxis(x, edges, texts.running_words), ...leftAxis(y, edges, texts.different_words));
    const isAbove = law(n.at(-1)) > distinct.at(-1); // the law's name and the line's stand on different sides
    const [lawX, lawY] = fit[Math.round(0.6 * (fit.length - 1))];
    const [endX, endY] = points.at(-1);
    const name = isAbove ? [lawX - 8, lawY - 10, "end"] : [lawX + 8, lawY + 26, "start"];
    nodes.push(power(name[0], name[1], `${twoDigits(k)} n`, twoDigits(beta), name[2]));
    const end = fill(texts.heaps_end, { n: distinct.at(-1) });
    nodes.push(svg("circle", { cx: endX, cy: endY, r: 4, fill: "var(--live)" }));
    const labelY = isAbove ? heightAt(points, edges.right - 1.25 * lineWidth(end)) + 20 : endY - 14;
    nodes.push(label(edges.right, Math.min(labelY, edges.bottom - 6), end, "live", "end"));
  }
  const says = (i) => ({ word: "", text: fill(view.texts.heaps_point, { n: n[i], distinct: distinct[i] }) });
  return { nodes, says, ...lineOf(points, edges) };
}

/** Where a line passes at `px`: the height of its last point before it. */
function heightAt(points, px) {
  return (points.findLast(([x]) => x <= px) ?? points[0])[1];
}

/** Coverage: the share of the text that the V most frequent words make up. */
export function coverage(picture, view) {
  const { size, share, marks } = picture;
  const edges = edgesOf(view);
  const x = scale(0, Math.max(1, size.at(-1)), edges.left, edges.right);
  const y = scale(0, 1, edges.bottom, edges.top);
  const points = size.map((value, i) => [x(value), y(share[i])]);
  const nodes = [curve([[x(0), y(0)], ...points], view)];
  if (!view.isSmall) {
    const { texts } = view;
    nodes.unshift(...lowerAxis(x, edges, texts.vocabulary), ...leftAxis(y, edges, texts.share, percent));
    nodes.push(...coverageMarks(marks, x, y, edges, texts));
  }
  const says = (i) => {
    const values = { n: size[i], share: exactPercent(share[i]) };
    return { word: "", text: fill(view.texts.coverage_point, values) };
  };
  return { nodes, says, ...lineOf(points, edges) };
}

/** A dot on the line and its words to the right of it, below the line; the highest mark is placed first. */
function coverageMarks(marks, x, y, edges, texts) {
  const placed = [];
  const sorted = [...marks].sort((a, b) => b.share - a.share);
  return sorted.flatMap(({ share, size }) => {
    const text = fill(texts.coverage_mark, { share: percent(share), n: size });
    const width = lineWidth(text);
    const left = Math.min(x(size) + 12, edges.right - width);
    const isBeside = (other) => left < other.left + other.width + 8 && other.left < left + width + 8;
    const lowest = Math.max(0, ...placed.filter(isBeside).map((other) => other.at));
    const at = Math.max(y(share) + 18, lowest + 19);
    const dot = svg("circle", { cx: x(size), cy: y(share), r: 4, class: "mark" });
    if (at > edges.bottom - 4) return [dot];
    placed.push({ left, width, at });
    return [dot, label(left, at, text, "note")];
  });
}

/** Near the whole a rounded percentage says too little: 99.95 % is not 100 %. */
function exactPercent(share) {
  return share > 0.99 && share < 1 ? `${(Math.floor(share * 10000) / 100).toFixed(2)}\u202f%` : percent(share);
}

/** What all lines share: the point under the pointer, a crosshair on it, and the keys that walk. */
function lineOf(points, edges) {
  const last = points.length - 1;
  const distance = (i, px) => Math.abs(points[i][0] - px);
  const nearest = (px) => points.reduce((best, _, i) => (distance(i, px) < distance(best, px) ? i : best), 0);
  return {
    under: (px) => (points.length && px > edges.left - 12 && px < edges.right + 12 ? nearest(px) : null),
    marks: (i) => crosshair(points[i], edges),
    move: (i, key) => walked(i, key, last),
  };
}

function crosshair([x, y], { top, bottom }) {
  return [
    svg("line", { x1: x, x2: x, y1: top, y2: bottom, stroke: "var(--quiet)" }),
    svg("circle", { cx: x, cy: y, r: 5, fill: "var(--surface)", stroke: "var(--ink)", "stroke-width": 2 }),
  ];
}

/** Index after a key, from null at either end; undefined for a key that does not walk. */
export function walked(i, key, last, line = 1) {
  const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -line, ArrowDown: line, PageUp: -PAGE, PageDown: PAGE }[key];
  if (key === "Home") return 0;
  if (key === "End") return last;
  if (by === undefined) return undefined;
  return i === null ? 0 : Math.max(0, Math.min(last, i + by));
}

function curve(points, { isSmall }) {
  return polyline(points, { stroke: "var(--live)", "stroke-width": isSmall ? 1.75 : 3 });
}

function reference(points, { isSmall }) {
  const dashes = isSmall ? "2 2" : "5 4";
  return polyline(points, { stroke: "var(--quiet)", "stroke-width": isSmall ? 1 : 1.5, "stroke-dasharray": dashes });
}

/** The part of a straight line (on its axes) that lies in the picture, as two points in px. */
function clippedLine(x, y, [fromX, fromY], [toX, toY]) {
  const start = [x(fromX), y(fromY)];
  const end = [x(toX), y(toY)];
  const [top, bottom] = [y(y.high), y(y.low)];
  const at = (level) => start[0] + ((end[0] - start[0]) * (level - start[1])) / (end[1] - start[1]);
  const inside = ([px, py]) => (py < top ? [at(top), top] : py > bottom ? [at(bottom), bottom] : [px, py]);
  const points = [inside(start), inside(end)];
  return points.flat().every(Number.isFinite) ? points : [];
}

/** Points at least one pixel from the one before. */
function thinned(points) {
  let before = [-9, -9];
  return points.filter((point) => {
    if (Math.hypot(point[0] - before[0], point[1] - before[1]) < 1) return false;
    before = point;
    return true;
  });
}
