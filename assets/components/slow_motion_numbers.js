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
  const digits = percent >= 10 ? 0 : percent >= 1 ? 1 : percent >= 0.1 ? 2 : 3;
  return `${percent.toFixed(digits)}\u202f%`;
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
