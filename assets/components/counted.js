/** Numbers with their noun: "1 document", "1,204 documents". */

import { fill } from "./texts.js";

/** The text `name`, or `name_one` for exactly one, with {n} filled in. */
export function counted(texts, name, n) {
  return fill((n === 1 && texts[`${name}_one`]) || texts[name], { n: n ?? "–" });
}
