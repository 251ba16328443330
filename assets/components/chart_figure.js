/** The loss chart as Plotly's traces and layout, from plain values. No drawing here. */

import { evenTicks, logTicks } from "./axes.js";
import { thousands } from "./numbers.js";

const MOST_SPLINE = 200; // points; more need no rounding
const RUN_AWAY = 2.5; // a loss above this many times its start does not flatten the rest

/** Lowest and highest loss to show, as Plotly's logarithms; first the model's own curve and its training's. */
export function lossRange(curves, references) {
  const fixed = references.map(({ loss }) => loss);
  const start = Math.max(...fixed, curves[0].loss[0], curves[1].loss[0] ?? 0);
  const all = curves.flatMap(({ loss }) => loss).concat(fixed);
  const high = Math.min(Math.max(...all), RUN_AWAY * start) * 1.06;
  const low = Math.min(Math.min(...all) * 0.94, high / 1.6);
  return [Math.log10(Math.max(low, high / 1e4)), Math.log10(high)];
}

/** The thin training line, what a fork came from, compared runs, the model's own line and its end. */
export function tracesOf({ colours, main, training, parent, compared }, state) {
  const line = (curve, settings, opacity = 1) =>
    ({ x: curve.step, y: curve.loss, mode: "lines", line: settings, opacity, hoverinfo: "skip" });
  const [step, loss] = endOf(main);
  const end = { x: [step], y: [loss], mode: "markers", hoverinfo: "skip", cliponaxis: false };
  const smooth = main.step.length < MOST_SPLINE ? { shape: "spline", smoothing: 0.7 } : {};
  const marker = { size: 11, color: colours.live, line: { color: colours.surface, width: 2.5 } };
  return [
    line(training, { color: colours.live, width: 1 }, 0.38),
    line(parent, { color: colours.quiet, width: 2 }),
    ...compared.map(({ curve, colour }) => line(curve, { color: colour, width: 2 })),
    line(main, { color: colours.live, width: 3, ...smooth }),
    { ...end, marker, visible: state.status !== "diverged" },
  ];
}

/** Axes, dotted references, and what leads from every curve's end to its label. */
export function layoutOf({ colours, main, compared, labels, width, height, margin, end, ranges }) {
  const base = { showgrid: false, zeroline: false, color: colours.quiet, tickfont: { size: 13 } };
  const inner = { width: width - margin.l - margin.r, height: height - margin.t - margin.b };
  const [low, high] = ranges.y.map((power) => 10 ** power);
  const steps = evenTicks(Math.max(0, ranges.x[0]), ranges.x[1], Math.max(3, Math.floor(inner.width / 95)));
  const losses = logTicks(low, high, inner.height);
  const shape = (from, y, line) =>
    ({ type: "line", x0: from, x1: end, y0: y, y1: y, layer: "below", line });
  return {
    width,
    height,
    margin,
    showlegend: false,
    hovermode: false,
    dragmode: "zoom",
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: colours.font, color: colours.quiet, size: 13 },
    xaxis: {
      ...base,
      range: ranges.x,
      tickvals: steps,
      ticktext: steps.map(thousands),
      showline: true,
      linecolor: colours.line,
      ticks: "",
    },
    yaxis: {
      ...base,
      type: "log",
      range: ranges.y,
      tickvals: losses,
      ticktext: losses.map(String),
      ticks: "outside",
      tickcolor: colours.line,
      ticklen: 4,
    },
    shapes: [
      ...labels
        .filter((label) => label.line)
        .map((label) => shape(0, label.loss, { color: colours.quiet, width: 1, dash: "1px 4px" })),
      ...compared.map(({ curve, colour }) => shape(...endOf(curve), dashed(colour, 1))),
      shape(...endOf(main), dashed(colours.live, 1.5)),
    ],
  };
}

function dashed(color, width) {
  return { color, width, dash: "2px 3px" };
}

function endOf(curve) {
  return [curve.step.at(-1), curve.loss.at(-1)];
}
