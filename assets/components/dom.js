/** Small hands for building elements. Text goes in by textContent only, so what a model writes stays text. */

const SVG = "http://www.w3.org/2000/svg";

/** An HTML element with a class, a text and attributes. */
export function element(tag, className = "", text = null, attributes = {}) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== null) node.textContent = text;
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}

/** An SVG element with attributes and, perhaps, a text. */
export function svg(tag, attributes = {}, text = null) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  if (text !== null) node.textContent = text;
  return node;
}

/** A polyline through [[x, y], …]. */
export function polyline(points, attributes) {
  const place = points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ");
  return svg("polyline", { points: place, fill: "none", ...attributes });
}

/** Changes a text only when it is another one, so that selections and screen readers are left alone. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** `draw`, at most once a frame however often it is asked for; `.cancel()` forgets a waiting one. */
export function oncePerFrame(draw) {
  let waiting = 0;
  const ask = () => {
    waiting ||= requestAnimationFrame(() => {
      waiting = 0;
      draw();
    });
  };
  ask.cancel = () => cancelAnimationFrame(waiting);
  return ask;
}

/** For a picture with `role="slider"`: the place `at` of `n`, and what stands there in words. */
export function speakPlace(node, at, n, text) {
  const last = Math.max(0, n - 1);
  const values = { min: 0, max: last, now: Math.min(Math.max(0, at), last), text };
  for (const [name, value] of Object.entries(values)) node.setAttribute(`aria-value${name}`, value);
}

/** True when the reader asked the system for less motion. */
export function prefersStillness() {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}
