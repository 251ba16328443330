/** What stands in the lower corners of the map: the word under the pointer, how true the map is, what a colour says. */

import { element, setText } from "./dom.js";
import { percent } from "./numbers.js";
import { fill } from "./texts.js";

const ENDS = { frequency: ["rare", "frequent"], kept: ["lost", "kept_end"] };

export class Facts {
  /** `follow()` is told when the reader wants a path, or no longer. */
  constructor(follow) {
    this.reading = element("span");
    this.path = element("button", "plain", null, { type: "button" });
    this.path.addEventListener("click", follow);
    const line = element("p", "reading");
    line.append(this.reading, this.path);
    this.step = element("span");
    this.badge = element("button", "plain badge", null, { type: "button", "aria-expanded": "false" });
    this.badge.addEventListener("click", () => this.open(this.limit.hidden));
    const facts = element("p", "step quiet");
    facts.append(this.step, this.badge);
    this.limit = element("p", "limit quiet");
    this.limit.hidden = true;
    this.node = element("div", "facts");
    this.node.append(line, this.limit, facts);
    this.scale = element("p", "scale quiet");
  }

  open(isOpen) {
    this.limit.hidden = !isOpen;
    this.badge.setAttribute("aria-expanded", String(isOpen));
  }

  /** The step and what the map keeps; `way` is the name of the method that was asked for. */
  sayFrame(frame, way, texts) {
    const method = frame.method === "axes" ? texts.own_axes : frame.method;
    setText(this.step, `${[fill(texts.step, { step: frame.step }), method].join(" · ")} ·`);
    setText(this.badge, faithfulness(frame, texts));
    setText(this.limit, limitOf(frame, way, texts));
  }

  /** `path` is "add", "drop" or null. */
  sayWord(text, path, texts) {
    setText(this.reading, text);
    setText(this.path, path ? texts[`path_${path}`] : "");
    this.path.hidden = !path;
  }

  sayColour(wanted, { name, scale }, texts) {
    this.scale.replaceChildren();
    if (wanted && wanted !== name) this.scale.append(texts.colour_missing);
    else if (name === "space") this.scale.append(texts.space_scale);
    else if (scale) {
      const bar = element("i", "bar");
      bar.style.background = `linear-gradient(to right, ${scale.join(", ")})`;
      const [low, high] = ENDS[name];
      this.scale.append(texts[low], bar, texts[high]);
    }
    this.scale.hidden = !this.scale.childNodes.length;
  }
}

/** "keeps 71 % of true neighbours, variance 12 % + 9 %". */
export function faithfulness(frame, texts) {
  const said = [];
  if (frame.kept !== null) said.push(fill(texts.kept, { share: percent(frame.kept) }));
  if (frame.variance) said.push(fill(texts.variance, { each: frame.variance.map(percent).join(" + ") }));
  return said.join(texts.separator);
}

function limitOf(frame, way, texts) {
  if (way === "pca" && frame.cannotShow !== null) {
    return fill(texts.limit_pca, { share: percent(frame.cannotShow) });
  }
  return texts[`limit_${way}`] ?? texts.limit_umap;
}
