/** The whole text as one bar: its documents, its three parts, and where the hits of a search lie. */

import { counted } from "./counted.js";
import { element, oncePerFrame, setText } from "./dom.js";
import { signedLine } from "./invisible.js";
import { percent } from "./numbers.js";
import { drawStrip, STRIP_PX } from "./text_reader_drawing.js";
import { documentAt, documentPlaces, hitPlace, listed, partPlaces } from "./text_reader_places.js";
import { fill } from "./texts.js";

const LABEL_GAP_PX = 14;
const PAGE = 0.1; // of the documents, for Page Up and Page Down

export class Strip {
  /** `open(i, start)` on click and when the reader lets go of a key; `start` only inside a long document. */
  constructor(root, open) {
    this.root = root;
    this.open = open;
    this.places = [];
    this.looked = null; // place in the list, under the pointer or the keys
    this.opened = -1;
    this.build();
    this.redraw = oncePerFrame(() => this.draw());
    this.listen();
  }

  build() {
    this.node = element("div", "strip");
    this.canvas = element("canvas", "bar", null, { role: "slider", tabindex: "0", "aria-valuemin": "1" });
    this.canvas.style.height = `${STRIP_PX}px`;
    this.parts = element("div", "parts quiet");
    this.note = element("div", "note", null, { "aria-hidden": "true" });
    this.noteText = element("span", "text", null, { dir: "auto" });
    this.noteLength = element("span", "quiet");
    this.note.append(this.noteText, this.noteLength);
    this.note.hidden = true;
    this.node.append(this.canvas, this.parts, this.note);
  }

  listen() {
    const { canvas } = this;
    canvas.addEventListener("pointermove", (event) => this.look(documentAt(this.places, this.share(event)), event));
    canvas.addEventListener("pointerleave", () => this.look(null));
    canvas.addEventListener("click", (event) => this.onClick(event));
    canvas.addEventListener("keydown", (event) => this.onKey(event));
    canvas.addEventListener("keyup", () => this.letGo());
    canvas.addEventListener("blur", () => this.look(null));
  }

  share(event) {
    const box = this.canvas.getBoundingClientRect();
    return Math.min(0.999999, Math.max(0, (event.clientX - box.left) / box.width));
  }

  onClick(event) {
    const place = this.places[documentAt(this.places, this.share(event))];
    if (!place) return;
    const inside = (this.share(event) - place.from) / (place.to - place.from);
    this.open(place.i, Math.floor(inside * (place.n_characters ?? 0)));
  }

  onKey(event) {
    const last = this.places.length - 1;
    if (event.key === "Escape") return this.look(null);
    const at = this.looked ?? Math.max(0, this.opened);
    const page = Math.max(1, Math.round(PAGE * last));
    const to = {
      ArrowLeft: at - 1,
      ArrowRight: at + 1,
      ArrowUp: at - 1,
      ArrowDown: at + 1,
      PageUp: at - page,
      PageDown: at + page,
      Home: 0,
      End: last,
    }[event.key];
    if (to === undefined || last < 0) return;
    event.preventDefault();
    this.walked = true;
    this.look(Math.max(0, Math.min(last, to)));
  }

  letGo() {
    if (!this.walked || this.looked === null) return;
    this.walked = false;
    if (this.looked !== this.opened) this.open(this.places[this.looked].i);
  }

  look(at, event = null) {
    this.looked = at !== null && at >= 0 ? at : null;
    this.pointerX = event ? event.clientX : null;
    this.redraw();
  }

  /** Takes new data; the documents themselves only when they are others. */
  update({ documents, split, search, document, corpus }, texts) {
    this.texts = texts;
    this.nDocuments = corpus.n_documents ?? documents.length;
    this.places = documentPlaces(documents);
    this.partList = partPlaces(split);
    this.hits = search?.ticks ?? (search?.hits ?? []).map((hit) => hitPlace(this.places, hit));
    this.opened = listed(this.places, document?.i);
    this.piece = pieceOf(this.places[this.opened], document);
    if (this.looked !== null && this.looked >= this.places.length) this.looked = null;
    const key = JSON.stringify([this.partList, texts]);
    if (key !== this.partsKey) this.nameParts();
    this.partsKey = key;
    this.redraw();
  }

  /** Outlines document `i` before it has arrived. */
  mark(i) {
    this.opened = listed(this.places, i);
    this.piece = this.places[this.opened];
    this.redraw();
  }

  nameParts() {
    const name = ({ name, share }) => fill(this.texts[name], { share: percent(share) });
    this.parts.replaceChildren(...this.partList.map((part) => element("span", "", name(part))));
  }

  draw() {
    if (!this.texts) return;
    const width = this.canvas.clientWidth;
    const labels = placeLabels([...this.parts.children], this.partList, width);
    drawStrip(this.canvas, this.root, { ...this, width, labels });
    this.say(width);
  }

  /** The opening of the document looked at, beside the pointer and for screen readers. */
  say(width) {
    const { canvas, places, texts } = this;
    const at = this.looked ?? this.opened;
    const place = places[at];
    canvas.setAttribute("aria-label", texts.strip);
    canvas.setAttribute("aria-valuemax", Math.max(1, places.length));
    canvas.setAttribute("aria-valuenow", Math.max(1, at + 1));
    canvas.setAttribute("aria-valuetext", place ? `${this.lengthOf(place)} ${place.opening ?? ""}` : "–");
    this.note.hidden = this.looked === null || !place;
    if (this.note.hidden) return;
    setText(this.noteText, signedLine(place.opening ?? "") || "∅");
    setText(this.noteLength, this.lengthOf(place));
    const x = (this.pointerX ?? 0) - canvas.getBoundingClientRect().left;
    const middle = this.pointerX === null ? ((place.from + place.to) / 2) * width : x;
    const room = Math.max(0, width - this.note.offsetWidth);
    this.note.style.left = `${Math.min(room, Math.max(0, middle - this.note.offsetWidth / 2))}px`;
  }

  lengthOf({ i, n_characters: n, label }) {
    const where = fill(this.texts.document, { i: i + 1, n: this.nDocuments });
    return [where, label, counted(this.texts, "characters", n)].filter(Boolean).join(this.texts.comma);
  }

  destroy() {
    this.redraw.cancel();
  }
}

/** The part of the text that is shown: the whole document, or a piece of a long one. */
function pieceOf(place, document) {
  if (!place || !document.truncated || !place.n_characters) return place;
  const share = (n) => place.from + (place.to - place.from) * Math.min(1, n / place.n_characters);
  const start = document.start ?? 0;
  return { from: share(start), to: share(start + document.text.length) };
}

/** Puts every label under its part, pushed apart where parts are short; returns where each label's line ends. */
function placeLabels(nodes, parts, width) {
  const widths = nodes.map((node) => node.offsetWidth);
  let limit = width;
  const lefts = [];
  for (let i = nodes.length - 1; i >= 0; i--) {
    lefts[i] = Math.max(0, Math.min(parts[i].from * width, limit - widths[i]));
    limit = lefts[i] - LABEL_GAP_PX;
  }
  nodes.forEach((node, i) => (node.style.left = `${lefts[i]}px`));
  return lefts.map((left, i) => left + Math.min(widths[i] / 2, 12));
}
