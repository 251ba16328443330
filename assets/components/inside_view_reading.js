/** The numbers of one group at one step, in words. */

import { groupName } from "./inside_view_names.js";
import { isNumber, percent, significant } from "./numbers.js";
import { fill } from "./texts.js";

/** A sentence on a look; without a group it says what to do. */
export function reading(look, group, { names, texts }) {
  const at = fill(texts.at, { n: look.step });
  if (group < 0 || !look) return `${at} ${texts.hint}`;
  const values = {
    group: groupName(names[group], texts),
    gradient: written(look.gradient[group]),
    weights: written(look.weights[group]),
    update: small(look.update[group]),
  };
  const dead = look.dead[group];
  const silent = isNumber(dead) && dead > 0 ? ` ${fill(texts.dead, { share: percent(dead) })}` : "";
  return `${at} ${fill(texts.numbers, values)}${silent}`;
}

function written(value) {
  return isNumber(value) ? significant(value) : "–";
}

/** A share that is mostly far below one percent. */
function small(share) {
  return isNumber(share) ? `${significant(100 * share)}\u202f%` : "–";
}
