/** Texts with their values filled in, and model texts fit for one line. */

import { isNumber, significant, thousands } from "./numbers.js";

/** "step {n}", {n: 1240} → "step 1,240". Whole numbers get their comma, others two digits. */
export function fill(template, values = {}) {
  const value = (whole, name) => (name in values ? readable(values[name]) : whole);
  return (template ?? "").replace(/\{(\w+)\}/g, value);
}

/** Line breaks become a sign, so that a sample stays one line; bytes that are no letters become a dot. */
export function oneLine(text) {
  return text
    .trim()
    .replace(/[^\S\n]*\n\s*/g, " ↵ ")
    .replace(/[\p{Cc}\p{Cn}\p{Co}\uFFFD]+/gu, "·");
}

function readable(value) {
  if (!isNumber(value)) return String(value);
  return Number.isInteger(value) ? thousands(value) : significant(value);
}
