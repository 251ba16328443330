/** Pairs of words: how alike people find them, and the cosine of their vectors. */

import { svg } from "./dom.js";
import { label, labelRoom, leftAxis, lowerAxis, scale, wordWidth } from "./text_pictures_frame.js";

const EDGES = { left: 42, right: 8, top: 26, bottom: 32 };
const REACH = 14; // px within which the pointer finds a pair
const NAMED = 14; // the pairs where people and vectors disagree most, where there is room
const PAD = 5;

/** @returns {{nodes: SVGElement[], n: number, under: function, marks: function, pair: function}} */
export function scatter(pairs, { width, height }, texts) {
  const order = [...pairs].sort((a, b) => a.human - b.human || a.cosine - b.cosine);
  const edges = { left: EDGES.left, right: width - EDGES.right, top: EDGES.top, bottom: height - EDGES.bottom };
  const cosines = order.map(({ cosine }) => cosine);
  const humans = order.map(({ human }) => human);
  const x = scale(Math.min(0, ...humans), Math.max(10, ...humans), edges.left, edges.right);
  const y = scale(Math.min(0, ...cosines) - 0.03, Math.min(1, Math.max(...cosines) + 0.05), edges.bottom, edges.top);
  const places = order.map(({ human, cosine }) => [x(human), y(cosine)]);
  const dots = places.map(([cx, cy]) => svg("circle", { cx, cy, r: order.length > 400 ? 2.2 : 3, class: "pair" }));
  const axes = [...lowerAxis(x, edges, texts.people), ...leftAxis(y, edges, texts.cosine, (value) => value.toFixed(1))];
  return {
    nodes: [...axes, ...dots, ...outliers(order, places, edges)],
    n: order.length,
    pair: (i) => order[i],
    marks: (i) => marked(order[i], places[i], edges),
    under: (px, py) => nearest(places, px, py),
  };
}

function marked({ a, b }, [cx, cy], edges) {
  const name = `${a} – ${b}`;
  const isLeft = cx + 10 + wordWidth(name) > edges.right;
  const text = label(cx + (isLeft ? -9 : 9), Math.max(14, cy - 7), name, "word strong", isLeft ? "end" : "start");
  return [svg("circle", { cx, cy, r: 5, class: "mark" }), text];
}

/** Names of the pairs whose ranks differ most. */
function outliers(order, places, edges) {
  const ranks = (values) => {
    const sorted = values.map((_, i) => i).sort((a, b) => values[a] - values[b]);
    const rank = [];
    sorted.forEach((index, i) => (rank[index] = i));
    return rank;
  };
  const [people, cosines] = [ranks(order.map(({ human }) => human)), ranks(order.map(({ cosine }) => cosine))];
  const gap = people.map((rank, i) => Math.abs(rank - cosines[i]));
  const worst = gap.map((_, i) => i).sort((a, b) => gap[b] - gap[a]);
  const claim = labelRoom({ ...edges, top: 0 });
  return worst.slice(0, NAMED).flatMap((i) => {
    const name = `${order[i].a} – ${order[i].b}`;
    const [cx, cy] = places[i];
    const width = wordWidth(name);
    const side = [cx + 8, cx - 8 - width].findIndex((left) =>
      claim({ left: left - PAD, right: left + width + PAD, top: cy - 9, bottom: cy + 9 }),
    );
    if (side < 0) return [];
    return [label(side ? cx - 8 : cx + 8, cy + 5, name, "word faint", side ? "end" : "start")];
  });
}

function nearest(places, px, py) {
  const distances = places.map(([x, y]) => Math.hypot(x - px, y - py));
  const best = distances.indexOf(Math.min(...distances));
  return distances[best] < REACH ? best : null;
}
