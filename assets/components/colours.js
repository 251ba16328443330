/** The page's theme as plain values, and colours between the steps of a ramp. */

const SERIF = '"Source Serif", "Songti SC", "Noto Serif CJK SC", SimSun, serif';
const parsedRamps = new WeakMap();

/** Colours and faces in force at `root`; lists are in the order of the theme. Read it whenever you draw. */
export function theme(root) {
  const style = getComputedStyle(root);
  const value = (name) => style.getPropertyValue(`--st-${name}`).trim();
  const list = (name) => splitList(value(name));
  return {
    ink: value("text-color"),
    quiet: value("gray-text-color"),
    line: value("border-color"),
    live: value("primary-color"),
    surface: value("secondary-background-color"),
    page: value("background-color"),
    warm: value("orange-color"),
    warmText: value("orange-text-color"),
    font: value("font"),
    serif: SERIF,
    mono: value("code-font"),
    categorical: list("chart-categorical-colors"),
    sequential: list("chart-sequential-colors"),
    diverging: list("chart-diverging-colors"),
  };
}

/** The colour at `v` (0 to 1) of a ramp; an exponent below 1 makes small values visible. */
export function rampColour(ramp, v, exponent = 1) {
  const stops = parsed(ramp);
  const place = Math.min(1, Math.max(0, v || 0)) ** exponent * (stops.length - 1);
  const below = Math.min(Math.floor(place), stops.length - 2);
  const mix = (i) => Math.round(stops[below][i] + (stops[below + 1][i] - stops[below][i]) * (place - below));
  return `rgb(${mix(0)}, ${mix(1)}, ${mix(2)})`;
}

/** Calls back after the theme has changed. Streamlit gives an ancestor another class then. Returns a stop. */
export function onThemeChange(root, callback) {
  let known = JSON.stringify(theme(root));
  let waiting = 0;
  const check = () => {
    waiting = 0;
    const now = JSON.stringify(theme(root));
    if (now === known) return;
    known = now;
    callback();
  };
  const observer = new MutationObserver(() => {
    waiting ||= requestAnimationFrame(check);
  });
  for (const element of ancestors(root)) {
    observer.observe(element, { attributes: true, attributeFilter: ["class", "style", "data-theme"] });
  }
  return () => {
    observer.disconnect();
    cancelAnimationFrame(waiting);
  };
}

function* ancestors(element) {
  for (let node = element.parentNode; node; node = node.parentNode ?? node.host) {
    if (node instanceof Element) yield node;
  }
}

/** Splits "a, rgb(1, 2, 3), b" at the commas outside brackets. */
function splitList(text) {
  return text ? text.split(/,(?![^(]*\))/).map((item) => item.trim()) : [];
}

function parsed(ramp) {
  if (!parsedRamps.has(ramp)) parsedRamps.set(ramp, ramp.map(channels));
  return parsedRamps.get(ramp);
}

/** Red, green and blue of "#rgb", "#rrggbb" or "rgb(…)". */
export function channels(colour) {
  if (!colour.startsWith("#")) return colour.match(/[\d.]+/g).slice(0, 3).map(Number);
  const digits = colour.length === 4 ? [...colour.slice(1)].map((d) => d + d) : colour.slice(1).match(/../g);
  return digits.slice(0, 3).map((pair) => parseInt(pair, 16));
}
