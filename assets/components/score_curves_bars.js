/** Groups of questions as bars: how many were answered rightly, of the held-out ones and of all. */

import { element } from "./dom.js";
import { thousands } from "./numbers.js";
import { written } from "./score_curves_labels.js";
import { fill } from "./texts.js";

/** Fills `node` with a row for each group. */
export function bars(node, { rows, isWorld }, texts) {
  const source = JSON.stringify([rows, texts.bars]);
  if (node.dataset.source === source) return;
  node.dataset.source = source;
  const asked = rows.filter(({ n, held }) => n || held?.n);
  node.replaceChildren(...asked.map((row) => line(row, isWorld, texts)));
}

function line({ section, correct, n, held }, isWorld, texts) {
  const row = element("div", "group");
  const name = texts[`${isWorld ? "relation" : "section"}.${section}`] ?? section;
  const tracks = element("span", "tracks");
  const main = held ?? { correct, n };
  tracks.append(track(main, "held"));
  if (held) tracks.append(track({ correct, n }, "all"));
  const values = { correct: thousands(main.correct), n: thousands(main.n) };
  const share = element("b", "number", main.n ? written("world", main.correct / main.n) : "–");
  const asked = element("span", "quiet", fill(texts.of, values));
  row.title = held ? fill(texts.bar_world, { ...values, all: thousands(correct), n_all: thousands(n) }) : fill(texts.of, values);
  row.append(element("span", "name", name), tracks, share, asked);
  return row;
}

function track({ correct, n }, kind) {
  const node = element("i", `track ${kind}`);
  const bar = element("i", "bar");
  bar.style.width = `${n ? (100 * correct) / n : 0}%`;
  node.append(bar);
  return node;
}
