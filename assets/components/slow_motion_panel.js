/** Beside every scene: what happens, the formula as text, and this step's numbers in it. */

import { element } from "./dom.js";
import { loss, percent } from "./numbers.js";
import { apart, lowered, share, signed, three } from "./slow_motion_numbers.js";
import { belongs, groupName, isTied } from "./slow_motion_reading.js";
import { fill } from "./texts.js";
import { visible } from "./token_text.js";

/** The lines of the panel; `token` is the column they speak of. */
export function panelLines(data, scene, frame, token, weight) {
  const lines = { forward, backward, update, after }[scene](data, frame, token, weight);
  return [element("p", "says", data.texts[`says_${scene}`]), ...lines];
}

function forward(data, frame, k) {
  const { texts, stages, before, tokens, targets } = data;
  const at = Math.min(frame - 1, stages.length - 1);
  const layers = stages.filter(({ name }) => name === "layer");
  const layer = stages[at]?.name === "layer" ? stages[at] : layers.at(-1);
  const embedding = stages.find(({ name }) => name === "embedding");
  const isLoss = frame > stages.length;
  return [
    about(fill(texts.about, { token: visible(tokens[k]) })),
    embedding && formula("x₀ = E[token]", `‖x₀‖ = ${three(embedding.size[k])}`, at === 0),
    layer && formula(layerSum(layer), `‖x${lowered(layer.layer)}‖ = ${three(layer.size[k])}`, stages[at]?.name === "layer"),
    formula("p = softmax(z)", `p(${quoted(targets[k])}) = ${three(before.p[k])}`, !isLoss && stages[at]?.name === "logits"),
    formula("ℓ = −ln p", `= ${loss(before.loss[k])}`, isLoss),
    formula(`L = ¹⁄${lowered(tokens.length)} Σ ℓ`, `= ${loss(before.mean)}`, isLoss),
    ...(isLoss || stages[at]?.name === "logits" ? guesses(before.best[k], targets[k], texts.best) : []),
  ].filter(Boolean);
}

function layerSum({ layer }) {
  return `x${lowered(layer)} = x${lowered(layer - 1)} + f${lowered(layer)}(x${lowered(layer - 1)})`;
}

function backward(data, frame, k) {
  const { texts, stages, tokens, groups } = data;
  const stage = stages[stages.length - 1 - frame];
  const logits = stages.at(-1);
  const isLayer = stage.name !== "logits";
  const n = stage.layer ?? 0;
  const own = groups.filter((group) => belongs(group, stage));
  return [
    about(fill(texts.about, { token: visible(tokens[k]) })),
    formula(`∂L/∂z = (p − y) / ${tokens.length}`, `‖∂L/∂z‖ = ${three(logits.gradient?.[k])}`, !isLayer),
    isLayer && formula(chain(n, stages), `‖∂L/∂x${lowered(n)}‖ = ${three(stage.gradient?.[k])}`, true),
    own.length ? element("p", "about", texts.of_weights) : null,
    ...own.map((group) => formula(groupName(group, texts, isTied(data)), three(group.gradient), true, true)),
    formula(texts.all_weights, `= ${three(data.gradient_norm)}`, false),
  ].filter(Boolean);
}

function chain(n, stages) {
  const last = Math.max(...stages.map(({ layer }) => layer ?? 0));
  if (n === last) return `∂L/∂x${lowered(n)} = ∂L/∂z · ∂z/∂x${lowered(n)}`;
  const [from, to] = [lowered(n + 1), lowered(n)];
  return `∂L/∂x${to} = ∂L/∂x${from} · ∂x${from}/∂x${to}`;
}

function update(data, frame, k, weight) {
  const { texts, clipped } = data;
  const { numbers, rule, before, gradient, after } = weight;
  const hasAverages = "m" in numbers;
  const isStep = frame === (hasAverages ? 2 : 1);
  const cut = clipped < 1 ? formula(`g = ${three(clipped)} ∂L/∂w`, `= ${three(numbers.clipped)}`, frame === 0) : null;
  const decay = rule === "adam" ? null : formula("decay = −ηλw", `= ${signed(numbers.decay)}`, isStep);
  return [
    about(fill(texts.rule, { rule: texts[`rule_${rule}`], rate: three(numbers.rate) })),
    formula("∂L/∂w", `= ${three(gradient)}`, frame === 0),
    cut,
    ...averages(numbers, rule).map(([left, right]) => formula(left, right, hasAverages && frame === 1)),
    formula(...stepOf(numbers, rule), isStep),
    numbers.decay ? decay : null,
    formula(numbers.decay ? "w + Δ + decay" : "w + Δ", `= ${apart(before, after)[1]}`, isStep),
  ].filter(Boolean);
}

/** The lines between the gradient and the step; all averages were zero before. */
function averages({ m, v, m_hat: mHat, v_hat: vHat, beta1, beta2, o }, rule) {
  if (rule === "muon") return [["m = (1−μ) g", `= ${three(m)}`], ["O = orthogonal(m)", `= ${three(o)}`]];
  if (rule !== "adamw" && rule !== "adam") return [];
  const g = rule === "adam" ? "(g + λw)" : "g";
  return [
    [`m = ${three(1 - beta1)} ${g}`, `= ${three(m)}`],
    [`v = ${three(1 - beta2)} ${g}²`, `= ${three(v)}`],
    [`m̂ = m / ${three(1 - beta1)}`, `= ${three(mHat)}`],
    [`v̂ = v / ${three(1 - beta2)}`, `= ${three(vHat)}`],
  ];
}

function stepOf({ step, rate }, rule) {
  const direction = { muon: "O", sgd: "g", momentum: "g" }[rule] ?? "m̂ ⁄ (√v̂+ε)";
  return [`Δ = −${three(rate)} ${direction}`, `= ${signed(step)}`];
}

function after(data, frame, k) {
  const { texts, before, after: then, tokens, targets } = data;
  const better = before.p.filter((p, i) => then.p[i] > p).length;
  return [
    about(fill(texts.about, { token: visible(tokens[k]) })),
    formula(`p(${quoted(targets[k])})`, `${share(before.p[k])} → ${share(then.p[k])}`, true),
    formula("ℓ = −ln p", `${loss(before.loss[k])} → ${loss(then.loss[k])}`, true),
    formula("L", `${loss(before.mean)} → ${loss(then.mean)}`, true),
    element("p", "about", fill(texts.better, { n: better, all: tokens.length })),
    ...guesses(then.best[k], targets[k], texts.best_after),
  ];
}

function quoted(token) {
  return `“${visible(token)}”`;
}

function about(text) {
  return element("p", "about", text);
}

/** A line of the formula and its number; the lines of this frame are in ink, the others quiet. */
function formula(left, right, isNow, isWords = false) {
  const line = element("p", `formula${isNow ? " now" : ""}`);
  line.append(element("span", isWords ? "words" : "text", left), element("span", "number", right));
  return line;
}

/** The best guesses as bars; the right one is in the live colour. */
function guesses(best, right, title) {
  const rows = best.map(({ text, p }) => {
    const row = element("p", `guess${text === right ? " right" : ""}`);
    const track = element("span", "track");
    const bar = element("i");
    bar.style.width = `${100 * (p ?? 0)}%`;
    track.append(bar);
    row.append(element("bdi", "text", visible(text)), track, element("span", "number", percent(p)));
    return row;
  });
  return [element("p", "about best", title), ...rows];
}
