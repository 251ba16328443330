/** Numbers as the app shows them: thousands comma, losses with two decimals, percent with a thin gap. */

const NARROW_SPACE = "\u202f";
const NOTHING = "–";
const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** True for a number that can be drawn; null, undefined and NaN cannot. */
export function isNumber(x) {
  return typeof x === "number" && Number.isFinite(x);
}

/** 12345.6 → "12,346". */
export function thousands(n) {
  return isNumber(n) ? Math.round(n).toLocaleString("en-US") : NOTHING;
}

/** 1.6449 → "1.64". */
export function loss(x) {
  return isNumber(x) ? x.toFixed(2) : NOTHING;
}

/** 0.82 → "82 %"; 0.004 → "< 1 %". */
export function percent(p) {
  if (!isNumber(p)) return NOTHING;
  if (p > 0 && p < 0.005) return `<${NARROW_SPACE}1${NARROW_SPACE}%`;
  return `${Math.round(100 * p)}${NARROW_SPACE}%`;
}

/** 980000 → "0.98 M", 41200 → "41 k": for counts whose size matters, not their digits. */
export function compact(n) {
  if (!isNumber(n)) return NOTHING;
  const size = Math.abs(n);
  if (size < 10_000) return thousands(n);
  if (size < 500_000) return `${(n / 1e3).toFixed(0)}${NARROW_SPACE}k`;
  if (size < 1e9) return `${threeDigits(n / 1e6)}${NARROW_SPACE}M`;
  return `${threeDigits(n / 1e9)}${NARROW_SPACE}B`;
}

/** Two significant digits, for rates: 0.003 → "0.003", 0.00003 → "3 × 10⁻⁵", 1234 → "1,234". */
export function significant(x) {
  if (!isNumber(x)) return NOTHING;
  const size = Math.abs(x);
  if (size >= 100) return thousands(x);
  if (size >= 0.0001 || x === 0) return String(Number(x.toPrecision(2)));
  const [digits, exponent] = x.toExponential(1).split("e");
  return `${Number(digits)} × 10${superscript(Number(exponent))}`;
}

function threeDigits(x) {
  return String(Number(x.toPrecision(x < 1 ? 2 : 3)));
}

function superscript(n) {
  const digits = [...String(Math.abs(n))].map((digit) => SUPERSCRIPTS[Number(digit)]).join("");
  return n < 0 ? `⁻${digits}` : digits;
}
