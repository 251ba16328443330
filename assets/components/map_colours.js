/** Colours in OKLab, where equal steps look equal (Björn Ottosson, 2020), as [red, green, blue] of 0 to 255. */

import { channels } from "./colours.js";

/** "rgb(…)" of three channels. */
export function css([red, green, blue]) {
  return `rgb(${Math.round(red)}, ${Math.round(green)}, ${Math.round(blue)})`;
}

/** As CSS would mix them with `color-mix(in oklab, colour share, other)`; colours as text. */
export function mixed(colour, share, other) {
  const [one, two] = [toOklab(channels(colour)), toOklab(channels(other))];
  return css(toRgb(one.map((v, k) => v * share + two[k] * (1 - share))));
}

/** Channels of a colour given in OKLab; one that no screen shows loses chroma, never lightness. */
export function shown(lightness, a, b) {
  let chroma = 1;
  let rgb = linear(lightness, a, b);
  while (chroma > 0 && rgb.some((v) => v < -0.001 || v > 1.001)) {
    chroma -= 0.1;
    rgb = linear(lightness, a * chroma, b * chroma);
  }
  return rgb.map(fromLinear);
}

/** The OKLab lightness of a colour given as text: 0 black, 1 white. */
export function lightnessOf(colour) {
  return toOklab(channels(colour))[0];
}

function toOklab(rgb) {
  const [r, g, b] = rgb.map(toLinear);
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function toRgb([lightness, a, b]) {
  return linear(lightness, a, b).map(fromLinear);
}

function linear(lightness, a, b) {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

function toLinear(channel) {
  const v = channel / 255;
  return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
}

function fromLinear(v) {
  const clipped = Math.min(1, Math.max(0, v));
  return 255 * (clipped <= 0.0031308 ? 12.92 * clipped : 1.055 * clipped ** (1 / 2.4) - 0.055);
}
