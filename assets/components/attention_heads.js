/** The thumbnails: one small picture for every head, layers down and heads across. */

import { rampColour } from "./colours.js";
import { element } from "./dom.js";
import { fill } from "./texts.js";

const EXPONENT = 0.7; // so that 10 % is visible
const ARROWS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

/** The 256 colours of a weight, as CSS colours. */
export function weightColours(ramp) {
  return Array.from({ length: 256 }, (_, v) => rampColour(ramp, v / 255, EXPONENT));
}

/** Thumbnails inside `panel`; `choose(layer, head)` on click and arrow keys, `isolate(layer, head)` on double click. */
export class Heads {
  constructor(panel, { choose, isolate }) {
    this.grid = element("div", "grid", null, { role: "group" });
    this.key = scaleKey();
    panel.replaceChildren(this.grid, this.key);
    this.choose = choose;
    this.isolate = isolate;
    this.shape = "";
    this.buttons = [];
    this.grid.addEventListener("keydown", (event) => this.walk(event));
  }

  /** Lays the buttons out anew only when the number of heads changes. */
  build(nLayers, nHeads) {
    if (this.shape === `${nLayers} ${nHeads}`) return;
    this.shape = `${nLayers} ${nHeads}`;
    this.nHeads = nHeads;
    this.nLayers = nLayers;
    this.buttons = [];
    this.grid.style.setProperty("--heads", nHeads);
    this.grid.replaceChildren(element("span", "corner"));
    for (let head = 0; head < nHeads; head++) this.grid.append(element("span", "column", `${head}`));
    for (let layer = 0; layer < nLayers; layer++) {
      this.grid.append(element("span", "layer", `${layer}`));
      for (let head = 0; head < nHeads; head++) this.grid.append(this.button(layer, head));
    }
  }

  button(layer, head) {
    const button = element("button", "head");
    button.append(element("canvas"));
    button.addEventListener("click", () => this.choose(layer, head));
    button.addEventListener("dblclick", () => this.isolate(layer, head));
    this.buttons.push(button);
    return button;
  }

  /** Draws all heads. `weights` holds nLayers·nHeads squares of nTokens² bytes. */
  draw(weights, nTokens, colours, causal) {
    const table = colours.map((colour) => colour.match(/\d+/g).map(Number));
    this.buttons.forEach((button, i) => {
      const square = weights.subarray(i * nTokens ** 2, (i + 1) * nTokens ** 2);
      paint(button.firstChild, square, nTokens, table, causal);
    });
    this.key.firstChild.style.background = `linear-gradient(90deg, ${colours.filter((_, v) => v % 17 === 0).join(", ")})`;
  }

  /** Marks the chosen head and the ones that are switched off. */
  mark(chosen, switchedOff, texts) {
    this.grid.setAttribute("aria-label", texts.heads);
    const off = new Set(switchedOff.map(([layer, head]) => layer * this.nHeads + head));
    this.buttons.forEach((button, i) => {
      const name = fill(texts.head, { layer: String(Math.floor(i / this.nHeads)), head: String(i % this.nHeads) });
      const isChosen = i === chosen.layer * this.nHeads + chosen.head;
      button.setAttribute("aria-pressed", isChosen);
      button.setAttribute("aria-label", off.has(i) ? `${name}${texts.off}` : name);
      button.tabIndex = isChosen ? 0 : -1;
      button.classList.toggle("off", off.has(i));
    });
  }

  /** In a strip the chosen head may lie outside. The page itself must not scroll, so no scrollIntoView. */
  reveal(chosen) {
    const button = this.buttons[chosen.layer * this.nHeads + chosen.head];
    const { left, right } = button.getBoundingClientRect();
    const view = this.grid.getBoundingClientRect();
    if (left < view.left) this.grid.scrollLeft -= view.left - left + 8;
    if (right > view.right) this.grid.scrollLeft += right - view.right + 8;
  }

  /** Arrow keys go from head to head. */
  walk(event) {
    const at = this.buttons.indexOf(event.target);
    if (at < 0 || !(event.key in ARROWS)) return;
    event.preventDefault();
    const layer = Math.floor(at / this.nHeads) + ARROWS[event.key][0];
    const head = (at % this.nHeads) + ARROWS[event.key][1];
    if (layer < 0 || head < 0 || layer >= this.nLayers || head >= this.nHeads) return;
    this.choose(layer, head);
    this.buttons[layer * this.nHeads + head].focus();
  }

  /** Size of a thumbnail for a stage of `width` × `height` px. */
  resize(width, height) {
    const across = (0.36 * width - 60) / this.nHeads - 14;
    const down = (height - 90) / this.nLayers - 14;
    const size = Math.round(Math.max(22, Math.min(64, across, down)));
    this.grid.style.setProperty("--size", `${size}px`);
  }
}

/** A square of bytes as pixels; what a causal head cannot see stays empty. */
function paint(canvas, square, nTokens, table, causal) {
  if (canvas.width !== nTokens) canvas.width = canvas.height = nTokens;
  const context = canvas.getContext("2d");
  const image = context.createImageData(nTokens, nTokens);
  square.forEach((weight, i) => {
    if (causal && i % nTokens > Math.floor(i / nTokens)) return;
    const [red, green, blue] = table[weight];
    image.data.set([red, green, blue, 255], i * 4);
  });
  context.putImageData(image, 0, 0);
}

function scaleKey() {
  const key = element("div", "key");
  key.append(element("i"), element("span", "", "0 %"), element("span", "", "100 %"));
  return key;
}
