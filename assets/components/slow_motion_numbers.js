/** Numbers of a formula: three digits, with powers of ten where they are small. */

import { isNumber } from "./numbers.js";

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const MINUS = "−";

/** 0.00123 → "0.00123", −0.0000123 → "−1.23×10⁻⁵", 54.23 → "54.2". */
export function three(x) {
  if (!isNumber(x)) return "–";
  const size = Math.abs(x);
  const sign = x < 0 ? MINUS : "";
  if (size === 0) return "0";
  if (size >= 0.001 && size < 100_000) return sign + plain(size);
  const [digits, exponent] = size.toExponential(2).split("e");
  return `${sign}${digits}×10${raised(Number(exponent))}`;
}

/** The same with a plus. */
export function signed(x) {
  return isNumber(x) && x > 0 ? `+${three(x)}` : three(x);
}

/** A share as a percentage with two digits: 0.0123 → "1.2 %". */
export function share(x) {
  if (!isNumber(x)) return "–";
  const percent = 100 * x;
  if (percent < 0.1) return `${three(percent)}\u202f%`;
  const digits = percent >= 99.5 && percent < 100 ? 1 : percent >= 10 ? 0 : percent >= 1 ? 1 : 2;
  return `${(percent < 100 ? Math.min(percent, 99.9) : percent).toFixed(digits)}\u202f%`;
}

/** Two values with as many digits as it takes to tell them apart: (−1.0163, −1.0157) → ["−1.0163", "−1.0157"]. */
export function apart(a, b) {
  const distance = Math.abs(a - b);
  if (!isNumber(distance) || distance === 0) return [three(a), three(b)];
  const digits = Math.max(2, 1 - Math.floor(Math.log10(distance)));
  if (digits > 7) return [three(a), three(b)];
  return [a, b].map((x) => x.toFixed(digits).replace("-", MINUS));
}

/** A layer's number below the line: 12 → "₁₂". */
export function lowered(n) {
  return [...String(n)].map((digit) => "₀₁₂₃₄₅₆₇₈₉"[Number(digit)]).join("");
}

function plain(size) {
  const digits = Math.max(0, 2 - Math.floor(Math.log10(size)));
  return size.toFixed(Math.min(digits, 6)).replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");
}

function raised(n) {
  const digits = [...String(Math.abs(n))].map((digit) => SUPERSCRIPTS[Number(digit)]).join("");
  return n < 0 ? `⁻${digits}` : digits;
}
