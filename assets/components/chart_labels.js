/** What stands in the gutter of the loss chart: every line's name and value, in the line's colour. */

import { textWidth } from "./axes.js";
import { loss as lossText } from "./numbers.js";
import { fill } from "./texts.js";

const LEADER = 34; // px from the axes to the end of a label's leader, and a margin after the text
const ROUNDED_TO = 8; // so that a digit more does not move the chart
const LONGEST_NAME = 22; // characters

/** Labels as {text, loss, colour, size, weight, mine, line}; `line`: it has a dotted line of its own. */
export function labelsOf({ references, main, compared, texts, colours }) {
  const reference = ({ name, loss, order, run = "" }) => ({
    text: `${fill(texts[`reference.${name}`] ?? name, { order, run: shortened(run) })} ${lossText(loss)}`,
    ...{ loss, colour: colours.quiet, size: 14, weight: 400, line: true },
  });
  const other = ({ name, curve, colour }) => ({
    text: `${shortened(name)} ${lossText(curve.loss.at(-1))}`,
    ...{ loss: curve.loss.at(-1), colour, size: 14, weight: 600 },
  });
  const mine = {
    text: `${texts.this_model} ${lossText(main.loss.at(-1))}`,
    ...{ loss: main.loss.at(-1), colour: colours.live, size: 17, weight: 700, mine: true },
  };
  return [...references.map(reference), ...compared.map(other), mine];
}

/** Width in px that the labels need beside the axes. */
export function labelGutter(labels, font) {
  const widths = labels.map(({ text, size, weight }) => textWidth(text, `${weight} ${size}px ${font}`));
  return ROUNDED_TO * Math.ceil((LEADER + Math.max(...widths)) / ROUNDED_TO);
}

function shortened(name) {
  const letters = [...name];
  return letters.length > LONGEST_NAME ? `${letters.slice(0, LONGEST_NAME - 1).join("")}…` : name;
}
