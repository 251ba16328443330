/** One head, large: cells on a canvas, names and the reading of one row as SVG text above it. */

import { READING, attentionLayout, nextLines, rowAt, rowEnd, thinned, topLines } from "./attention_layout.js";
import { element, prefersStillness, svg } from "./dom.js";
import { percent } from "./numbers.js";
import { fill } from "./texts.js";
import { fitted, textWidth, tokenLabels } from "./token_text.js";

const FADE_MS = 120;
const HOT_NAMES = 4;
const HOT = 0.04; // a column this bright has its name in bold
const LABEL_LIMIT = 96; // px

/** `picture.show(…)` draws; `picture.rowAt(x, y)` says which row is under a point of the panel. */
export class Picture {
  constructor(panel) {
    this.canvas = element("canvas", "cells");
    this.labels = svg("svg", { "aria-hidden": "true" });
    panel.append(this.canvas, this.labels);
    this.panel = panel;
    this.shown = null; // the weights on the canvas, bytes, perhaps between two heads
    this.fading = 0;
  }

  /** `scene`: tokens, square (bytes of one head), row, causal, headName, isLast, nextTokens, texts; `look`: the theme. */
  show(scene, look, colours) {
    this.scene = scene;
    this.look = look;
    this.colours = colours;
    this.measure();
    this.fadeTo(scene.square);
    this.drawLabels();
  }

  /** Another row of the same picture: the cells stay. */
  showRow(row) {
    this.scene.row = row;
    this.drawLabels();
  }

  measure() {
    const { tokens, causal } = this.scene;
    const width = this.panel.clientWidth;
    const height = this.panel.clientHeight;
    const limit = Math.min(LABEL_LIMIT, width / 5);
    this.font = this.fontOf(16, 600);
    const whole = tokenLabels(tokens);
    this.names = whole.map((name) => fitted(name, this.font, limit));
    this.widths = this.names.map((name) => textWidth(name, this.font));
    this.place = attentionLayout(width, height, this.widths, causal);
    this.size = this.place.cell < 15 ? 14 : 16;
    this.labels.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const scale = window.devicePixelRatio || 1;
    this.canvas.width = Math.round(width * scale);
    this.canvas.height = Math.round(height * scale);
    this.scale = scale;
  }

  rowAt(x, y) {
    return this.place ? rowAt(this.place, this.widths, x, y) : null;
  }

  /** Cross-fades the cells; a picture of another size is drawn at once. */
  fadeTo(square) {
    cancelAnimationFrame(this.fading);
    const from = this.shown;
    if (!from || from.length !== square.length || prefersStillness()) return this.drawCells(square);
    if (from.every((v, i) => v === square[i])) return this.drawCells(square);
    const begin = performance.now();
    const frame = (now) => {
      const share = Math.min(1, Math.max(0, (now - begin) / FADE_MS));
      this.drawCells(share < 1 ? square.map((v, i) => from[i] + (v - from[i]) * share) : square);
      if (share < 1) this.fading = requestAnimationFrame(frame);
    };
    frame(begin);
  }

  drawCells(square) {
    this.shown = square;
    const { x0, y0, cell, causal } = this.place;
    const nTokens = this.scene.tokens.length;
    const context = this.canvas.getContext("2d");
    context.setTransform(this.scale, 0, 0, this.scale, 0, 0);
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    for (let row = 0; row < nTokens; row++) {
      for (let column = 0; column < (causal ? row + 1 : nTokens); column++) {
        context.fillStyle = this.colours[square[row * nTokens + column]];
        this.drawCell(context, x0 + cell * column, y0 + cell * row);
      }
    }
  }

  /** Edges lie on whole pixels, or cells of a broken size would blur. */
  drawCell(context, x, y) {
    const { cell, gap } = this.place;
    const [left, top, right, bottom] = [x, y, x + cell, y + cell].map(Math.round);
    if (cell < 10) return context.fillRect(left, top, right - left - gap, bottom - top - gap);
    context.beginPath();
    context.roundRect(left, top, right - left - gap, bottom - top - gap, 2.5);
    context.fill();
  }

  drawLabels() {
    this.labels.replaceChildren(...this.rowNames(), ...this.columnNames(), this.outline(), ...this.reading());
  }

  weight(column) {
    const { square, row, tokens } = this.scene;
    return square[row * tokens.length + column] / 255;
  }

  /** Columns that the row can see, brightest first. */
  ranked() {
    const { row, causal, tokens } = this.scene;
    const columns = [...Array(causal ? row + 1 : tokens.length).keys()];
    return columns.sort((a, b) => this.weight(b) - this.weight(a));
  }

  rowNames() {
    const { x0, y0, cell, gap } = this.place;
    const shown = thinned(this.names.length, cell, this.size, [this.scene.row]);
    return [...shown].map((row) => {
      const y = y0 + cell * row + (cell - gap) / 2;
      return this.name(row, { x: x0 - 10, y, "text-anchor": "end" }, row === this.scene.row);
    });
  }

  columnNames() {
    const hot = this.ranked().filter((column) => this.weight(column) > HOT).slice(0, HOT_NAMES);
    const { x0, y0, cell, gap, causal } = this.place;
    const shown = thinned(this.names.length, cell, this.size, [...hot, this.scene.row]);
    return [...shown].map((column) => {
      const middle = cell * column + (cell - gap) / 2;
      const end = rowEnd(this.place, column, this.names.length) - gap + (column === this.scene.row ? 9 : 7);
      if (causal) return this.name(column, { x: end, y: y0 + middle }, hot.includes(column));
      const turned = `translate(${x0 + middle} ${y0 - 8}) rotate(-90)`;
      return this.name(column, { transform: turned }, hot.includes(column));
    });
  }

  name(i, attributes, strong) {
    const isRow = i === this.scene.row;
    const look = { "font-size": this.size, "dominant-baseline": "central", class: strong ? "token strong" : "token" };
    if (isRow && !strong) look.class = "token near";
    return svg("text", { ...attributes, ...look }, this.names[i]);
  }

  outline() {
    const { x0, y0, cell, gap } = this.place;
    const row = this.scene.row;
    const width = rowEnd(this.place, row, this.names.length) - x0 - gap + 6;
    const box = { x: x0 - 3, y: y0 + cell * row - 3, width, height: cell - gap + 6, rx: 4, class: "outline" };
    return svg("rect", box);
  }

  /** The row in words and numbers: what it looks at, and what the model expects next. */
  reading() {
    const { readingX, readingY, readingWidth } = this.place;
    const { tokens, row, headName, texts } = this.scene;
    const top = this.ranked().slice(0, topLines(this.place));
    const asked = fill(texts.looks, { token: tokenLabels(tokens)[row] });
    const headline = fitted(asked, `600 18px ${this.look.font}`, readingWidth);
    const lines = top.map((column) => ({ name: tokenLabels(tokens)[column], share: this.weight(column) }));
    return [
      svg("text", { x: readingX, y: readingY + 2, class: "small" }, headName),
      svg("text", { x: readingX, y: readingY + 26, class: "headline" }, headline),
      ...this.lines(lines, readingY + READING.headline, "bar"),
      ...this.next(top.length),
    ];
  }

  /** What the model expects next: as bars, or in one line where the corner is small. */
  next(nAbove) {
    const { nextTokens, texts } = this.scene;
    const room = nextLines(this.place, nAbove);
    const y = this.place.readingY + READING.headline + nAbove * READING.line;
    if (!nextTokens.length || !room) return [];
    const names = tokenLabels(nextTokens.map((next) => next.text));
    const lines = nextTokens.map((next, i) => ({ name: names[i], share: next.p }));
    const title = svg("text", { x: this.place.readingX, y: y + 17, class: "small" }, texts.next);
    const below = y + READING.title;
    return [title, ...(room < 3 ? [this.oneLine(lines, below)] : this.lines(lines.slice(0, room), below, "bar quiet"))];
  }

  /** As many names with their percentages as fit beside each other. */
  oneLine(lines, y) {
    const { readingX, readingWidth } = this.place;
    const line = svg("text", { x: readingX, y: y + 7, "dominant-baseline": "central" });
    let width = 0;
    for (const { name, share } of lines) {
      width += textWidth(name, this.fontOf(16, 400)) + textWidth(percent(share), `14px ${this.look.font}`) + 18;
      if (width > readingWidth + 12) break;
      line.append(svg("tspan", { class: "token near", "font-size": 16 }, name));
      line.append(svg("tspan", { class: "share", dx: 5 }, percent(share)), svg("tspan", { dx: 12 }, "\u200b"));
    }
    return line;
  }

  /** Name, bar and percentage, one under the other. */
  lines(lines, y, barClass) {
    const { readingX, readingWidth } = this.place;
    const font = this.fontOf(16, 400);
    const names = lines.map((line) => fitted(line.name, font, readingWidth * 0.36));
    const begin = readingX + Math.max(50, ...names.map((name) => textWidth(name, font))) + 10;
    const longest = readingX + readingWidth - 50 - begin;
    return lines.flatMap(({ share }, i) => {
      const middle = y + i * READING.line + 7;
      const width = Math.max(2, longest * share);
      const line = { "dominant-baseline": "central", y: middle };
      return [
        svg("text", { ...line, x: readingX, class: "token near", "font-size": 16 }, names[i]),
        svg("rect", { x: begin, y: middle - 7, width, height: 14, rx: 2, class: barClass }),
        svg("text", { ...line, x: begin + width + 7, class: "share" }, percent(share)),
      ];
    });
  }

  fontOf(size, weight) {
    return `${weight} ${size}px ${this.look.serif}`;
  }

  stop() {
    cancelAnimationFrame(this.fading);
  }
}
