/** The points of the map as one Plotly scatter: it pans, zooms, and lets the words travel. */

import { groupColour } from "./word_map_overlay.js";

export const TRAVEL_MS = 400;
const SPAN_X = [-1.06, 1.06]; // room for labels beyond the outermost words
const SPAN_Y = [-1.04, 1.04];
const CONFIG = { displayModeBar: false, scrollZoom: true, doubleClick: "reset", responsive: false };

/** How far a travel is at a share of its time: quick first, then slower, as Plotly's cubic-out. */
export function ease(share) {
  return 1 - (1 - share) ** 3;
}

export class Points {
  /** `moved()` after every pan and zoom, also while it happens. */
  constructor(plotly, node, moved) {
    this.plotly = plotly;
    this.node = node;
    this.revision = 0;
    this.isDrawn = false;
    this.moved = moved;
  }

  /** Draws a frame in its place. */
  async draw(frame, look) {
    this.revision += 1;
    this.frame = frame;
    await this.plotly.react(this.node, [this.trace(frame, look)], this.layout(), CONFIG);
    if (this.isDrawn) return;
    this.isDrawn = true;
    for (const event of ["plotly_relayout", "plotly_relayouting", "plotly_doubleclick"]) {
      this.node.on(event, () => this.moved());
    }
  }

  /** Moves the points to another frame with the same words, within TRAVEL_MS. */
  async travel(frame) {
    this.frame = frame;
    const data = [{ x: frame.x, y: frame.y }];
    const transition = { duration: TRAVEL_MS, easing: "cubic-out" };
    const options = { transition, frame: { duration: TRAVEL_MS, redraw: false }, mode: "immediate" };
    await this.plotly.animate(this.node, { data, traces: [0] }, options).catch((reason) => {
      if (reason) throw reason; // a travel that another one replaced is rejected without a reason
    });
  }

  trace(frame, look) {
    const groups = Array.from(frame.words, (_, i) => frame.group[i]);
    return {
      type: "scatter",
      mode: "markers",
      x: frame.x,
      y: frame.y,
      ids: frame.words,
      hoverinfo: "skip",
      marker: {
        size: 4,
        line: { width: 0 },
        color: groups.map((group) => groupColour(group, look)),
        opacity: groups.map((group) => (group < 0 ? 0.28 : 0.4)),
      },
    };
  }

  layout() {
    const axis = { visible: false, zeroline: false, showgrid: false, fixedrange: false };
    return {
      autosize: true,
      margin: { l: 0, r: 0, t: 0, b: 0, pad: 0 },
      paper_bgcolor: "transparent",
      plot_bgcolor: "transparent",
      showlegend: false,
      hovermode: false,
      dragmode: "pan",
      uirevision: "map",
      datarevision: this.revision,
      xaxis: { ...axis, range: [...SPAN_X] },
      yaxis: { ...axis, range: [...SPAN_Y] },
    };
  }

  /** The part of the map that is in view: {x: [from, to], y: [from, to]}. */
  view() {
    const axes = this.node._fullLayout;
    if (!axes?.xaxis) return { x: SPAN_X, y: SPAN_Y };
    return { x: axes.xaxis.range.map(Number), y: axes.yaxis.range.map(Number) };
  }

  /** Moves the view by shares of its size, and zooms it. */
  nudge(dx, dy, zoom = 1) {
    const { x, y } = this.view();
    const range = ([from, to], by) => {
      const middle = (from + to) / 2 + by * (to - from);
      return [middle - ((to - from) / 2) * zoom, middle + ((to - from) / 2) * zoom];
    };
    return this.show(range(x, dx), range(y, dy));
  }

  /** The whole map again. */
  reset() {
    return this.show([...SPAN_X], [...SPAN_Y]);
  }

  show(x, y) {
    return this.plotly.relayout(this.node, { "xaxis.range": x, "yaxis.range": y });
  }

  resize() {
    if (this.isDrawn) this.plotly.Plots.resize(this.node);
  }

  remove() {
    this.plotly.purge(this.node);
  }
}
