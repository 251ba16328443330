/** The points of a learning-rate test as plain numbers. No drawing here. */

import { isNumber } from "./numbers.js";

const HALF_WIDTH = 6; // steps to either side, as lmcore/analysis/rate_range.py smooths
const ROOM = 0.06; // of the range, above and below
const ABOVE_FIRST = 1.15; // a loss that flies away leaves the picture

/** Rates and losses up to the first loss that is no number. */
export function usable({ learning_rate: rates = [], loss: losses = [] }) {
  const end = losses.findIndex((loss, i) => !isNumber(loss) || !isNumber(rates[i]) || rates[i] <= 0);
  const n = end === -1 ? losses.length : end;
  return { rate: rates.slice(0, n), loss: losses.slice(0, n) };
}

/** A centred mean, with triangular weights and narrower at both ends, of medians of three. */
export function smoothed(raw) {
  const values = raw.map((value, i) => (i && i < raw.length - 1 ? median(raw[i - 1], value, raw[i + 1]) : value));
  return values.map((_, i) => {
    const reach = Math.min(HALF_WIDTH, i, values.length - 1 - i);
    let sum = 0;
    let weight = 0;
    for (let k = -reach; k <= reach; k++) {
      sum += (reach + 1 - Math.abs(k)) * values[i + k];
      weight += reach + 1 - Math.abs(k);
    }
    return sum / weight;
  });
}

function median(a, b, c) {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}

/** The losses to show: from the lowest to a little above where the test began. */
export function rangeOf(smooth) {
  const low = Math.min(...smooth);
  const high = Math.min(Math.max(...smooth), smooth[0] * ABOVE_FIRST);
  const room = Math.max(ROOM * (high - low), 0.01 * high, 1e-6);
  return [low - room, high + room];
}

/** Index of the rate that is nearest on a logarithmic axis. */
export function nearestPoint(rates, rate) {
  const distance = (i) => Math.abs(Math.log(rates[i] / rate));
  return rates.reduce((best, _, i) => (distance(i) < distance(best) ? i : best), 0);
}
