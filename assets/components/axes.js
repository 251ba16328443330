/** Ticks at round numbers, and labels pushed apart beside an axis. No drawing here. */

const ROUND = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8];
const WIDE = 1.6; // from this ratio on, a logarithmic axis gets ticks of every size

/** Round numbers in [low, high], evenly spaced, about `count` of them. */
export function evenTicks(low, high, count) {
  const step = roundStep((high - low) / count);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => tidy((first + i) * step));
}

/** Round numbers in [low, high] of a logarithmic axis `pixels` long; none closer than `gap`. */
export function logTicks(low, high, pixels, gap = 26) {
  if (high / low < WIDE) return evenTicks(low, high, Math.max(2, pixels / 60));
  const exponents = evenTicks(Math.floor(Math.log10(low)), Math.ceil(Math.log10(high)), 100).filter(Number.isInteger);
  const all = exponents.flatMap((exponent) => ROUND.map((digit) => tidy(digit * 10 ** exponent)));
  const perUnit = pixels / Math.log(high / low);
  let last = -Infinity;
  return all.filter((value) => {
    const place = perUnit * Math.log(value / low);
    if (value < low || value > high || place < last + gap) return false;
    last = place;
    return true;
  });
}

/** Places for labels that would like to stand at `wishes` (px), at least `gap` apart and inside [low, high]. */
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
  for (let i = at.length - 1; i >= 0; i--) at[i] = Math.min(at[i], i < at.length - 1 ? at[i + 1] - gap : high);
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
