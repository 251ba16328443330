/** Ticks at round numbers, and labels pushed apart beside an axis. No drawing here. */

const DIGITS = [[1, 1.5, 2, 2.5, 3, 4, 5, 6, 8], [1, 1.5, 2, 3, 5, 7], [1, 2, 3, 5], [1, 2, 5], [1, 3], [1]];
const WIDE = 1.6; // from this ratio on, a logarithmic axis gets ticks of every size

/** Round numbers in [low, high], evenly spaced, about `count` of them. */
export function evenTicks(low, high, count) {
  const step = roundStep((high - low) / count);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => tidy((first + i) * step));
}

/** Round numbers in [low, high] of a logarithmic axis `pixels` long: as many as stand `gap` px apart. */
export function logTicks(low, high, pixels, gap = 22) {
  if (high / low < WIDE) return evenTicks(low, high, Math.max(2, pixels / 60));
  const perUnit = pixels / Math.log(high / low);
  const roomy = (ticks) => ticks.every((value, i) => !i || perUnit * Math.log(value / ticks[i - 1]) >= gap);
  const choices = DIGITS.map((digits) => decades(digits, low, high));
  return choices.find((ticks) => ticks.length > 1 && roomy(ticks)) ?? evenTicks(low, high, 2);
}

function decades(digits, low, high) {
  const first = Math.floor(Math.log10(low));
  const exponents = Array.from({ length: Math.ceil(Math.log10(high)) - first + 1 }, (_, i) => first + i);
  const all = exponents.flatMap((exponent) => digits.map((digit) => tidy(digit * 10 ** exponent)));
  return all.filter((value) => value >= low && value <= high);
}

/** Places for labels that would like to stand at `wishes` (px): `gap` apart and inside [low, high]. */
export function pushedApart(wishes, gap, low, high) {
  const order = wishes.map((_, i) => i).sort((a, b) => wishes[a] - wishes[b]);
  const at = order.map((i) => Math.min(Math.max(wishes[i], low), high));
  for (let round = 0; round < 60; round++) {
    for (let i = 1; i < at.length; i++) {
      const missing = gap - (at[i] - at[i - 1]);
      if (missing <= 0) continue;
      at[i] += missing / 2;
      at[i - 1] -= missing / 2;
    }
  }
  for (let i = 0; i < at.length; i++) at[i] = Math.max(at[i], i ? at[i - 1] + gap : low);
  for (let i = at.length - 1; i >= 0; i--) at[i] = Math.min(at[i], (at[i + 1] ?? high + gap) - gap);
  const places = [];
  order.forEach((index, i) => (places[index] = at[i]));
  return places;
}

/** Width in px of a text in a CSS font. */
export function textWidth(text, font) {
  measure ??= document.createElement("canvas").getContext("2d");
  measure.font = font;
  return measure.measureText(text).width;
}

let measure = null;

function roundStep(rough) {
  const size = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 2.5, 5, 10].map((digit) => digit * size).find((step) => step >= rough * 0.999);
}

function tidy(x) {
  return Number(x.toPrecision(10));
}
