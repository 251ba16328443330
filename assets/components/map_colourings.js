/** What the colour of a word says: its group, how frequent it is, its part of the world, its place in the whole space. */

import { channels, rampColour } from "./colours.js";
import { css, lightnessOf, shown } from "./map_colours.js";

const QUIET = { group: 110, none: 70, value: 190 }; // opacity of 255
const LIT = 235;
const FADED = 0.3;
const STEPS = 64; // of a ramp, computed once for a drawing
const CHROMA = 0.21;

/**
 * A colouring: {rgba: Uint8Array (n · 4), bulk: Float32Array (n), names: [{text, colour, members}], scale: [colours] or
 * null}. A frame that lacks what the colour should say is coloured by its groups.
 */
export function colouringOf(name, frame, look, texts) {
  const drawn = { frequency, part, space, kept }[name]?.(frame, look, texts);
  return drawn ? { name, ...drawn } : { name: "cluster", ...cluster(frame, look) };
}

/** The same colouring with only the words of a Set lit: they are larger, the others fade. */
export function lit(paint, words) {
  if (!words) return paint;
  const rgba = paint.rgba.slice();
  const bulk = paint.bulk.slice();
  for (let i = 0; i < bulk.length; i++) {
    const isLit = words.has(i);
    rgba[4 * i + 3] = isLit ? LIT : rgba[4 * i + 3] * FADED;
    bulk[i] *= isLit ? 1.4 : 1;
  }
  return { ...paint, rgba, bulk, lit: words };
}

/** The colour of one word, without its transparency. */
export function colourAt(rgba, i) {
  return css(rgba.subarray(4 * i, 4 * i + 3));
}

function cluster(frame, look) {
  return byName(frame.group, frame.groupNames, look);
}

function part(frame, look, texts) {
  if (!frame.part || !frame.partNames.length) return null;
  return byName(frame.part, frame.partNames.map((name) => texts[name] ?? name), look);
}

/** Six colours at most; further groups, and words of none, are grey and keep their name. */
function byName(group, names, look) {
  const colours = names.map((_, k) => look.categorical[k] ?? look.quiet);
  const palette = [...colours, look.quiet].map(channels);
  const none = palette.length - 1;
  const colourOf = (i) => palette[group[i] >= 0 ? group[i] : none] ?? palette[none];
  const made = painted(group.length, colourOf, (i) => (group[i] >= 0 ? QUIET.group : QUIET.none));
  const found = names.map((text, k) => ({ text, colour: colours[k], members: placesOf(group, k) }));
  return { ...made, names: found, scale: null };
}

/** Frequent words dark and large; the scale is even in places of the ranking, by powers, as words are. */
function frequency(frame, look) {
  const { order } = frame.list;
  const share = new Float32Array(frame.n);
  const last = Math.log(frame.n + 1);
  order.forEach((word, rank) => (share[word] = 1 - Math.log(rank + 1) / last));
  const ramp = steps((v) => rampColour(look.sequential, 0.3 + 0.7 * v));
  const made = painted(frame.n, (i) => ramp.at(share[i]), () => QUIET.value, (i) => 0.85 + 0.9 * share[i]);
  return { ...made, names: quietNames(frame, look), scale: ramp.colours };
}

/** Three directions of the whole space as hue and a little lightness: like colours, like places in the whole space. */
function space(frame, look) {
  if (!frame.space) return null;
  const base = lightnessOf(look.surface) > 0.5 ? 0.58 : 0.74;
  const at = (i, k) => frame.space[3 * i + k] / 127.5 - 1;
  const made = painted(
    frame.n,
    (i) => shown(base + 0.05 * at(i, 2), CHROMA * at(i, 0), CHROMA * at(i, 1)),
    () => QUIET.value,
  );
  return { ...made, names: quietNames(frame, look), scale: null };
}

/** How many of its true neighbours a word keeps: the diverging scale without its pale middle; what is lost is larger. */
function kept(frame, look) {
  if (!frame.keptEach) return null;
  const outer = (v) => 0.5 + (v < 0.5 ? -1 : 1) * (0.2 + 0.3 * Math.abs(2 * v - 1));
  const ramp = steps((v) => rampColour(look.diverging, outer(1 - v)));
  const share = (i) => frame.keptEach[i] / 255;
  const made = painted(frame.n, (i) => ramp.at(share(i)), () => QUIET.value, (i) => 1.5 - 0.6 * share(i));
  return { ...made, names: quietNames(frame, look), scale: ramp.colours };
}

function quietNames(frame, look) {
  return frame.groupNames.map((text, k) => ({ text, colour: look.quiet, members: placesOf(frame.group, k) }));
}

function painted(n, colourOf, opacityOf, bulkOf = () => 1) {
  const rgba = new Uint8Array(4 * n);
  const bulk = new Float32Array(n);
  for (let i = 0; i < n; i++) {
    rgba.set(colourOf(i), 4 * i);
    rgba[4 * i + 3] = opacityOf(i);
    bulk[i] = bulkOf(i);
  }
  return { rgba, bulk };
}

function steps(colourAtShare) {
  const colours = Array.from({ length: STEPS }, (_, k) => colourAtShare(k / (STEPS - 1)));
  const ready = colours.map(channels);
  return { colours, at: (share) => ready[Math.round(share * (STEPS - 1))] };
}

function placesOf(group, wanted) {
  const found = [];
  for (let i = 0; i < group.length; i++) if (group[i] === wanted) found.push(i);
  return found;
}
