/** Draws the strip of a text: plain is for training, hatched for validation, hollow for test. */

import { theme } from "./colours.js";

const TICKS_PX = 9; // above the bar, for the hits
const BAR_PX = 26;
const LEADER_PX = 9; // below it, to the labels
const GAP_FROM_PX = 3; // a document this long is set apart from the next
const LEAST_OUTLINE_PX = 5;
export const STRIP_PX = TICKS_PX + BAR_PX + LEADER_PX;

/** `view`: places, partList, piece (what is shown), looked (place in the list), hits (shares); labels, width (px). */
export function drawStrip(canvas, root, view) {
  const look = theme(root);
  const pen = prepared(canvas, view.width);
  const parts = view.partList.length ? view.partList : [{ name: "train", from: 0, to: 1 }];
  const bars = documentBars(view.places, view.width);
  parts.forEach((part) => drawPart(pen, part, bars, view.width, look));
  if (view.partList.length) drawLeaders(pen, view, look);
  drawHits(pen, view, look);
  outline(pen, view.places[view.looked], view.width, look.quiet, 1.5);
  outline(pen, view.piece, view.width, look.ink, 2);
}

/** A pen for a canvas of `width` px, sharp on every screen. */
function prepared(canvas, width) {
  const dense = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * dense);
  canvas.height = Math.round(STRIP_PX * dense);
  const pen = canvas.getContext("2d");
  pen.scale(dense, dense);
  return pen;
}

/** The documents as one path; those too short to be set apart run together. */
function documentBars(places, width) {
  const path = new Path2D();
  let from = null;
  for (const place of places) {
    const [left, right] = [place.from * width, place.to * width];
    from ??= left;
    const isLong = right - left >= GAP_FROM_PX;
    if (isLong && left > from) path.rect(from, TICKS_PX, left - from - 1, BAR_PX);
    if (isLong) path.rect(left, TICKS_PX, right - left - 1, BAR_PX);
    if (isLong) from = null;
  }
  if (from !== null) path.rect(from, TICKS_PX, width - from, BAR_PX);
  return path;
}

function drawPart(pen, part, bars, width, look) {
  const [left, right] = [part.from * width, Math.min(1, part.to) * width];
  pen.save();
  pen.beginPath();
  pen.rect(left, TICKS_PX, right - left, BAR_PX);
  pen.clip();
  pen.fillStyle = look.quiet;
  pen.strokeStyle = look.quiet;
  pen.globalAlpha = part.name === "train" ? 0.55 : 0.16;
  if (part.name !== "test") pen.fill(bars);
  pen.globalAlpha = 0.8;
  pen.clip(bars);
  if (part.name === "validation") hatch(pen, left, right);
  if (part.name === "test") frame(pen, left, right, bars);
  pen.restore();
}

function hatch(pen, left, right) {
  pen.beginPath();
  for (let x = left - BAR_PX; x < right; x += 5) {
    pen.moveTo(x, TICKS_PX + BAR_PX);
    pen.lineTo(x + BAR_PX, TICKS_PX);
  }
  pen.lineWidth = 1.5;
  pen.stroke();
}

function frame(pen, left, right, bars) {
  pen.lineWidth = 2;
  pen.stroke(bars);
  pen.strokeRect(left, TICKS_PX, right - left, BAR_PX);
}

/** From the middle of a part to its label, with an elbow where the label was pushed aside. */
function drawLeaders(pen, { partList, labels, width }, look) {
  const top = TICKS_PX + BAR_PX + 1;
  pen.beginPath();
  partList.forEach((part, i) => {
    const least = part.from * width + 1;
    const most = Math.min(1, part.to) * width - 1;
    const from = Math.max(least, Math.min(most, labels[i]));
    pen.moveTo(from, top);
    pen.lineTo(from, top + 3);
    pen.lineTo(labels[i], top + 3);
    pen.lineTo(labels[i], STRIP_PX);
  });
  pen.strokeStyle = look.quiet;
  pen.lineWidth = 1;
  pen.stroke();
}

function drawHits(pen, { hits, width }, look) {
  pen.fillStyle = look.live;
  for (const x of new Set(hits.map((share) => Math.round(share * width)))) {
    pen.fillRect(Math.min(width - 2, x), 0, 2, TICKS_PX - 1);
  }
}

function outline(pen, place, width, colour, thickness) {
  if (!place) return;
  const size = Math.max(LEAST_OUTLINE_PX, (place.to - place.from) * width - 1);
  const left = Math.min(width - size - 1, Math.max(1, place.from * width));
  pen.strokeStyle = colour;
  pen.lineWidth = thickness;
  pen.beginPath();
  pen.roundRect(left, TICKS_PX - 2, size, BAR_PX + 4, 2.5);
  pen.stroke();
}
