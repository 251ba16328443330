/** One pair of words as its method sees it: who is pulled, who is pushed, and what the loss is made of. */

import { element } from "./dom.js";
import { isNumber, percent } from "./numbers.js";
import { fill } from "./texts.js";

const two = (x) => (isNumber(x) ? x.toFixed(2) : "–");

/** The lines of an answer's pair. */
export function pairLines(answer, texts) {
  const { pair } = answer;
  const lines = { negative, path, glove, ppmi, none }[pair.kind];
  return lines ? lines(pair, texts, answer) : [];
}

function negative({ terms, given, target, loss, loss_after: after, rate, ngrams }, texts) {
  const [met, ...drawn] = terms;
  const mean = given.length > 1 ? fill(texts.mean, { n: given.length }) : given[0];
  return [
    element("p", "heading", fill(texts.pulled, { a: mean, b: target })),
    term(met, texts, "up"),
    element("p", "heading", fill(texts.pushed, { n: drawn.length, a: mean })),
    ...drawn.map((one) => term(one, texts, "down")),
    total(fill(texts.total, { loss: two(loss), after: two(after), rate })),
    ...(ngrams.length ? [pieces(ngrams, texts)] : []),
  ];
}

/** A target: its probability as a bar, a mark where one update brings it, its share of the loss. */
function term({ word, score, probability, score_after: scoreAfter, loss, loss_after: after }, texts, way) {
  const line = element("div", `term ${way}`);
  const track = bar(probability, 1 / (1 + Math.exp(-scoreAfter)));
  const numbers = element("span", "number", `${two(loss)} → ${two(after)}`);
  const sign = element("span", "sign", way === "up" ? "→←" : "←→", { "aria-hidden": "true" });
  line.append(element("bdi", "text", word, { title: word }), sign, track, element("span", "number", percent(probability)), numbers);
  line.title = fill(texts.term, { word, score: two(score), share: percent(probability), loss: two(loss), after: two(after) });
  return line;
}

function bar(share, after = null) {
  const track = element("span", "track");
  const filled = element("i");
  filled.style.width = `${100 * Math.max(0, Math.min(1, share))}%`;
  track.append(filled);
  if (after !== null) {
    const mark = element("b");
    mark.style.left = `${100 * Math.max(0, Math.min(1, after))}%`;
    track.append(mark);
  }
  return track;
}

function total(text) {
  return element("p", "total", text);
}

function pieces(ngrams, texts) {
  const line = element("p", "pieces quiet", `${fill(texts.pieces, { n: ngrams.length })} `);
  line.append(element("bdi", "text", ngrams.slice(0, 14).join(" ") + (ngrams.length > 14 ? " …" : "")));
  return line;
}

/** A line with a name, a bar and a number. */
function row(name, share, number) {
  const line = element("div", "row");
  line.append(element("span", "", name), bar(share), element("span", "number", number));
  return line;
}

function path({ turns, target, given }, texts) {
  const product = turns.reduce((all, { share }) => all * share, 1);
  const named = turns.map(({ turn, share }, i) => row(fill(texts.turn, { i: i + 1, way: turn ? texts.right : texts.left }), share, percent(share)));
  return [
    element("p", "heading", fill(texts.path, { a: given[0], b: target, n: turns.length })),
    ...named,
    total(fill(texts.path_total, { share: percent(product) })),
    element("p", "quiet", texts.path_limit),
  ];
}

function glove({ count, log_count: log, weight, product, biases, loss }, texts, { centre, context }) {
  const most = Math.max(1, Math.abs(log ?? 0), Math.abs(product), Math.abs(biases));
  const heading = element("p", "heading", fill(texts.glove, { a: centre, b: context }));
  if (log === null) return [heading, row(texts.met, 0, two(count)), total(texts.never)];
  return [
    heading,
    row(texts.met, Math.min(1, count / Math.max(count, 100)), two(count)),
    row(texts.log_count, log / most, two(log)),
    row(texts.product, product / most, two(product)),
    row(texts.biases, biases / most, two(biases)),
    row(texts.weight, weight, two(weight)),
    total(fill(texts.glove_total, { rest: two(log - product - biases), loss: two(loss) })),
  ];
}

function ppmi({ count, expected, pmi, kept }, texts, { centre, context }) {
  const most = Math.max(count, expected, 1e-9);
  return [
    element("p", "heading", fill(texts.ppmi, { a: centre, b: context })),
    row(texts.met, count / most, two(count)),
    row(texts.expected, expected / most, two(expected)),
    total(pmi === null ? texts.never : fill(texts.ppmi_total, { pmi: two(pmi), kept: two(kept) })),
  ];
}

function none({ why }, texts) {
  return [element("p", "quiet", texts[`none_${why}`])];
}
