/** A picture as a list of plain shapes, drawn into SVG nodes that are used again from frame to frame. */

import { svg } from "./dom.js";

const TAGS = { line: "line", circle: "circle", text: "text", rect: "rect", path: "path" };

/**
 * `draw(shapes, width, height)`. A shape is {kind, key?} and, by kind: line {x1, y1, x2, y2}, circle {x, y, r},
 * rect {x, y, width, height, r}, path {points: [[x, y]], isClosed}, text {x, y, text, size, weight, anchor, isWord};
 * all of them {fill, stroke, thick, dash, opacity}, with colours that need no stylesheet.
 */
export class ShapeLayer {
  constructor(host) {
    this.node = svg("svg", { class: "overlay", "aria-hidden": "true" });
    host.append(this.node);
    this.nodes = new Map(); // key → {node, said}
    this.order = "";
  }

  draw(shapes, width, height) {
    this.node.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const keys = shapes.map((shape, k) => `${shape.kind} ${shape.key ?? k}`);
    const kept = new Map(shapes.map((shape, k) => [keys[k], this.nodeOf(keys[k], shape)]));
    this.nodes = kept;
    const order = [...kept.keys()].join("\n");
    if (order === this.order) return;
    this.order = order;
    this.node.replaceChildren(...[...kept.values()].map(({ node }) => node));
  }

  nodeOf(key, shape) {
    const entry = this.nodes.get(key) ?? { node: svg(TAGS[shape.kind]), said: {} };
    const now = attributes(shape);
    for (const [name, value] of Object.entries(now)) {
      if (entry.said[name] !== value) entry.node.setAttribute(name, value);
    }
    for (const name of Object.keys(entry.said)) if (!(name in now)) entry.node.removeAttribute(name);
    if (shape.kind === "text" && entry.text !== shape.text) entry.node.textContent = entry.text = shape.text;
    entry.said = now;
    return entry;
  }
}

/** The SVG attributes of a shape; a text is moved as a whole, which costs no new layout. */
export function attributes(shape) {
  const { fill = "none", stroke, thick = 1, dash, opacity } = shape;
  const look = { ...PLACED[shape.kind](shape), fill };
  if (stroke) Object.assign(look, { stroke, "stroke-width": short(thick), "stroke-linejoin": "round" });
  if (dash) look["stroke-dasharray"] = dash;
  if (opacity !== undefined && opacity < 1) look.opacity = opacity.toFixed(2);
  return look;
}

const PLACED = {
  line: ({ x1, y1, x2, y2 }) => ({ x1: short(x1), y1: short(y1), x2: short(x2), y2: short(y2) }),
  circle: ({ x, y, r }) => ({ cx: short(x), cy: short(y), r: short(r) }),
  rect: ({ x, y, width, height, r = 0 }) => ({ x: short(x), y: short(y), width: short(width), height, rx: r }),
  path: ({ points, isClosed }) => ({ d: `M${points.map(([x, y]) => `${short(x)},${short(y)}`).join("L")}${isClosed ? "Z" : ""}` }),
  text: ({ x, y, size, weight = 400, anchor = "start", isWord }) => ({
    transform: `translate(${short(x)} ${short(y)})`,
    class: isWord ? "word" : "name",
    "font-size": size,
    "font-weight": weight,
    "text-anchor": anchor,
    "paint-order": "stroke",
  }),
};

function short(value) {
  return value.toFixed(1);
}
