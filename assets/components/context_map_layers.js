/** Likeness of the places over the layers: a small curve that is also the slider through the layers. */

import { pushedApart, textWidth } from "./axes.js";
import { element, polyline, svg } from "./dom.js";
import { loss as twoDigits } from "./numbers.js";
import { fill } from "./texts.js";

const TOP = 12;
const BOTTOM = 22;
const LEFT = 52;

export class Layers {
  constructor({ move, commit }) {
    this.node = element("div", "layers");
    this.picture = svg("svg", { "aria-hidden": "true" });
    this.range = element("input", "", null, { type: "range", min: "0", step: "1" });
    this.range.addEventListener("input", () => move(Number(this.range.value)));
    this.range.addEventListener("change", commit);
    this.node.append(this.picture, this.range);
  }

  update({ layers, texts, word }, layer) {
    const { clientWidth: width, clientHeight: height } = this.node;
    const last = layers.length - 1;
    const names = this.namesOf(layers, texts, word);
    const gutter = Math.min(width * 0.45, 46 + Math.max(...names.map(({ text }) => textWidth(text, "600 14px sans-serif"))));
    const right = width - gutter;
    const x = (i) => LEFT + ((right - LEFT) * i) / Math.max(1, last);
    const low = Math.min(0, ...layers.flatMap(({ similarity, baseline }) => [similarity, baseline]));
    const y = (value) => height - BOTTOM - ((value - low) / (1 - low)) * (height - BOTTOM - TOP);
    this.picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.picture.replaceChildren(
      ...this.frame(x, y, height, last, layer, texts),
      ...this.curves(layers, x, y),
      ...this.labels(names, y, right, height),
      svg("line", { x1: x(layer), x2: x(layer), y1: TOP - 4, y2: height - BOTTOM + 4, class: "cursor" }),
      svg("circle", { cx: x(layer), cy: y(layers[layer].similarity), r: 6.5, class: "knob" }),
    );
    this.place(x(0), x(last), last, layer, layers, texts);
  }

  namesOf(layers, texts, word) {
    const end = layers.at(-1);
    const similarity = fill(texts.same_word, { word, value: twoDigits(end.similarity) });
    const baseline = fill(texts.other_words, { value: twoDigits(end.baseline) });
    return [
      { text: similarity, value: end.similarity, name: "live" },
      { text: baseline, value: end.baseline, name: "quiet-label" },
    ];
  }

  frame(x, y, height, last, layer, texts) {
    const ticks = Array.from({ length: last + 1 }, (_, i) => i);
    const every = Math.ceil(((last + 1) * 26) / Math.max(1, x(last) - x(0)));
    const shown = ticks.filter((i) => i === layer || i === 0 || i % every === 0);
    return [
      svg("line", { x1: x(0), x2: x(last), y1: y(0), y2: y(0), class: "base" }),
      svg("text", { x: 0, y: y(1) + 5, class: "tick" }, "1.00"),
      svg("text", { x: 0, y: y(0) + 5, class: "tick" }, "0.00"),
      ...shown.map((i) => {
        const name = i ? fill(i === layer || last < 7 ? texts.layer : "{n}", { n: i }) : texts.embedding;
        const anchor = i ? "middle" : "start";
        const place = { x: i ? x(i) : x(0) - 8, y: height - 5, "text-anchor": anchor };
        return svg("text", { ...place, class: i === layer ? "tick chosen" : "tick" }, name);
      }),
    ];
  }

  curves(layers, x, y) {
    const points = (name) => layers.map((layer, i) => [x(i), y(layer[name])]);
    const dots = points("similarity").map(([cx, cy]) => svg("circle", { cx, cy, r: 3, class: "dot" }));
    return [
      polyline(points("baseline"), { class: "baseline" }),
      polyline(points("similarity"), { class: "similarity" }),
      ...dots,
    ];
  }

  labels(names, y, right, height) {
    const places = pushedApart(names.map(({ value }) => y(value)), 19, TOP, height - BOTTOM);
    return names.flatMap(({ text, value, name }, i) => [
      svg("path", { d: `M ${right + 9} ${y(value)} h 6 L ${right + 24} ${places[i]} h 6`, class: "leader" }),
      svg("text", { x: right + 36, y: places[i] + 5, class: name }, text),
    ]);
  }

  /** The range lies over the curve so that its thumb is at the layer. */
  place(from, to, last, layer, layers, texts) {
    this.range.max = String(last);
    if (Number(this.range.value) !== layer) this.range.value = String(layer);
    this.range.style.left = `${from - 10}px`;
    this.range.style.width = `${to - from + 20}px`;
    this.range.setAttribute("aria-label", texts.slider);
    const name = layer ? fill(texts.layer, { n: layer }) : texts.embedding;
    this.range.setAttribute("aria-valuetext", `${name}, ${twoDigits(layers[layer].similarity)}`);
  }
}
