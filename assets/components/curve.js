/** Loss curves as {step: [], loss: []}: reading, smoothing and thinning them. No drawing here. */

import { isNumber } from "./numbers.js";

const DECAY = 0.9; // of the running mean, per point
const denseLosses = new WeakMap(); // by state: every answer of the server is a new one

/** The points whose value is a number. */
export function known(series, name = "loss") {
  const keep = series.step.map((_, i) => i).filter((i) => isNumber(series[name][i]));
  return { step: keep.map((i) => series.step[i]), loss: keep.map((i) => series[name][i]) };
}

/** What stands for the model: the validation loss, or the smoothed training loss where there is none. */
export function mainLoss(state) {
  const validation = known(state.validation);
  return validation.step.length > 1 ? validation : startedWith(validation, smoothed(known(state.points)));
}

/** `mainLoss`, with the shape of the training loss between the first two validations, where most happens. */
export function denseLoss(state) {
  if (!denseLosses.has(state)) denseLosses.set(state, denseLossOf(state));
  return denseLosses.get(state);
}

function denseLossOf(state) {
  const validation = known(state.validation);
  const training = smoothed(known(state.points));
  if (validation.step.length < 2) return startedWith(validation, training);
  const [start, end] = validation.step;
  const gapAt = (i) => validation.loss[i] - lossAt(training, validation.step[i]);
  const between = (i) => training.step[i] > start && training.step[i] < end;
  const early = training.step.map((_, i) => i).filter(between);
  const lifted = early.map((i) => {
    const share = (training.step[i] - start) / (end - start);
    return training.loss[i] + gapAt(0) * (1 - share) + gapAt(1) * share;
  });
  return {
    step: [start, ...early.map((i) => training.step[i]), ...validation.step.slice(1)],
    loss: [validation.loss[0], ...lifted, ...validation.loss.slice(1)],
  };
}

/** The loss at a step, between its neighbours; outside the curve its nearest end, null for an empty one. */
export function lossAt(series, step) {
  const { step: steps, loss } = series;
  if (!steps.length) return null;
  const above = firstAtLeast(steps, step);
  if (above === 0) return loss[0];
  if (above === steps.length) return loss.at(-1);
  const share = (step - steps[above - 1]) / (steps[above] - steps[above - 1]);
  return loss[above - 1] + share * (loss[above] - loss[above - 1]);
}

/** The part of a curve up to a step, which ends there. */
export function upTo(series, step) {
  const n = firstAtLeast(series.step, step);
  if (n === series.step.length) return series;
  return {
    step: [...series.step.slice(0, n), step],
    loss: [...series.loss.slice(0, n), lossAt(series, step)],
  };
}

/** A running mean that starts without a bias towards zero. */
export function smoothed(series) {
  let sum = 0;
  let weight = 0;
  const loss = series.loss.map((value) => {
    sum = DECAY * sum + value;
    weight = DECAY * weight + 1;
    return sum / weight;
  });
  return { step: series.step, loss };
}

/** At most `most` points: of every bucket its lowest and its highest, so that no spike is lost. */
export function bucketed(series, most) {
  const n = series.step.length;
  if (n <= most) return series;
  const keep = new Set([0, n - 1]);
  const buckets = Math.floor(most / 2) - 1;
  for (let bucket = 0; bucket < buckets; bucket++) {
    const from = Math.floor((bucket * n) / buckets);
    const to = Math.floor(((bucket + 1) * n) / buckets);
    keep.add(extreme(series.loss, from, to, -1)).add(extreme(series.loss, from, to, 1));
  }
  const indices = [...keep].sort((a, b) => a - b);
  return { step: indices.map((i) => series.step[i]), loss: indices.map((i) => series.loss[i]) };
}

/** The member of `steps` closest to `step`; null when there is none. */
export function nearest(steps, step) {
  const distance = (s) => Math.abs(s - step);
  return steps.reduce((best, s) => (best === null || distance(s) < distance(best) ? s : best), null);
}

/** Index of the first step that is at least `step` in a sorted list. */
export function firstAtLeast(steps, step) {
  let low = 0;
  let high = steps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (steps[middle] < step) low = middle + 1;
    else high = middle;
  }
  return low;
}

function startedWith(first, rest) {
  const from = rest.step.findIndex((step) => !first.step.length || step > first.step.at(-1));
  if (from === -1) return first;
  return { step: first.step.concat(rest.step.slice(from)), loss: first.loss.concat(rest.loss.slice(from)) };
}

function extreme(values, from, to, sign) {
  let best = from;
  for (let i = from; i < to; i++) if (sign * values[i] > sign * values[best]) best = i;
  return best;
}
