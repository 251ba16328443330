/** What the pointer says: one sentence with the number of a cell, or of a weight. */

import { loss } from "./numbers.js";
import { apart, share, signed, three } from "./slow_motion_numbers.js";
import { fill } from "./texts.js";
import { visible } from "./token_text.js";

/** The name of a row of the grid, such as "Layer 2". */
export function stageName({ name, layer }, texts) {
  return fill(texts[`stage_${name}`], { n: layer ?? 0 });
}

/** The name of a group of parameters, such as "Layer 2, attention"; `tied` if the embedding is also the head. */
export function groupName({ kind, layer }, texts, tied = false) {
  const named = texts[kind === "embedding" && tied ? "group_tied" : `group_${kind}`];
  if (layer === null) return named;
  return kind === "layer" ? fill(texts.stage_layer, { n: layer }) : fill(texts.group_in_layer, { n: layer, kind: named });
}

/** Whether nothing but the embedding can be the head. */
export function isTied({ groups }) {
  return !groups.some(({ kind }) => kind === "head");
}

/** Whether a group of weights is used at a stage of the model. */
export function belongs({ kind, layer }, stage) {
  if (stage.name === "layer") return layer === stage.layer;
  if (stage.name === "embedding") return kind === "embedding";
  return layer === null && ["head", "norm", "other"].includes(kind);
}

export function cellReading(data, scene, frame, { column, row }) {
  const { texts, before, after } = data;
  const token = visible(data.tokens[column]);
  const right = visible(data.targets[column]);
  const given = { token, right, p: share(before.p[column]), loss: loss(before.loss[column]) };
  if (scene === "after") return fill(texts.reads_after, { ...given, q: share(after.p[column]), after: loss(after.loss[column]) });
  if (row === "tokens") return fill(texts.reads_token, given);
  if (row === "loss") return fill(texts.reads_loss, given);
  const stage = data.stages[row];
  const values = { token, stage: stageName(stage, texts), size: three(stage.size[column]) };
  if (scene === "forward") return fill(texts[stage.name === "logits" ? "reads_spread" : "reads_size"], values);
  if (!stage.gradient) return texts.no_gradient;
  return fill(texts.reads_gradient, { ...values, size: three(stage.gradient[column]) });
}

export function weightReading(data, weight) {
  const { texts } = data;
  const group = groupName(data.groups[weight.group], texts, isTied(data));
  const [before, after] = apart(weight.before, weight.after);
  const numbers = { before, after, change: signed(weight.after - weight.before) };
  return fill(texts.reads_weight, { group, ...numbers });
}
