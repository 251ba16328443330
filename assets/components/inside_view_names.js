/** Groups of weights, such as "0.attention", by the names that a reader sees. */

import { fill } from "./texts.js";

const PARTS = ["attention", "mlp"];

/** "embedding" → "Embedding", "1.mlp" → "Layer 1 MLP", "encoder.0.attention" → "Encoder 0 attention". */
export function groupName(name, texts) {
  const words = name.split(".");
  const at = words.findIndex((word) => /^\d+$/.test(word));
  if (at < 0) return texts[`group_${name}`] ?? name;
  const stack = texts[`stack_${words[0]}`] ?? texts.stack_layer;
  const layer = fill(stack, { n: words[at] });
  const part = words.at(-1);
  return PARTS.includes(part) ? fill(texts[`part_${part}`], { layer }) : layer;
}
