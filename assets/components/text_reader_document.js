/** One document to read, with the hits in it marked. */

import { counted } from "./counted.js";
import { element, setText } from "./dom.js";
import { signed } from "./invisible.js";
import { fill } from "./texts.js";

const ABOVE_MARK = 0.3; // of the height: what stands above a hit that was opened

export class DocumentPage {
  /** `open(i, start)` for another document or another piece of a long one; `back()` to the concordance. */
  constructor({ open, back }) {
    this.actions = { open, back };
    this.node = element("div", "document");
    this.head = element("div", "head");
    this.text = element("div", "text body", null, { tabindex: "0", role: "region", dir: "auto" });
    this.piece = element("div", "piece quiet");
    this.node.append(this.head, this.text, this.piece);
    this.buttons = this.buildButtons();
    this.name = element("span", "quiet name");
    this.label = element("span", "chip");
    const walk = element("span", "walk");
    walk.append(this.buttons.previous, this.buttons.next);
    this.head.append(this.buttons.back, this.name, this.label, walk);
    this.pieceText = element("span");
    this.piece.append(this.pieceText, this.buttons.earlier, this.buttons.later);
    this.node.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !this.buttons.back.hidden) back();
    });
  }

  buildButtons() {
    const button = (name, act) => {
      const node = element("button", `plain ${name}`, "", { type: "button" });
      node.addEventListener("click", () => act());
      return node;
    };
    const { open, back } = this.actions;
    return {
      back: button("back", back),
      previous: button("previous", () => open(this.neighbours[0])),
      next: button("next", () => open(this.neighbours[1])),
      earlier: button("earlier", () => open(this.document.i, Math.max(0, this.start - this.length))),
      later: button("later", () => open(this.document.i, this.start + this.length)),
    };
  }

  /** The text is built anew only when another text, other hits or another target come; else it stays as it is. */
  update(view) {
    const { document, texts, language } = view;
    this.document = document ?? {};
    this.start = this.document.start ?? 0;
    this.length = [...(this.document.text ?? "")].length;
    this.neighbours = view.neighbours;
    this.text.lang = language;
    this.nameAll(view);
    const hits = view.search?.hits ?? [];
    const key = JSON.stringify([this.document, hits, view.target, texts.empty_document]);
    if (key === this.key) return;
    const isOther = this.shown !== `${this.document.i} ${this.start}`;
    this.shown = `${this.document.i} ${this.start}`;
    this.key = key;
    this.draw(hits, view, isOther);
  }

  nameAll({ texts, search, nDocuments, listed }) {
    const { i, label } = this.document;
    const { back, previous, next } = this.buttons;
    back.hidden = !search?.n_hits;
    setText(back, back.hidden ? "" : counted(texts, "back", search.n_hits));
    const length = listed?.n_characters ?? this.length;
    const name = fill(texts.document, { i: (i ?? 0) + 1, n: nDocuments });
    setText(this.name, name + texts.comma + counted(texts, "characters", length));
    setText(this.label, label ?? "");
    this.label.title = label ?? "";
    this.label.hidden = !label;
    setText(previous, texts.previous);
    setText(next, texts.next);
    previous.disabled = this.neighbours[0] === undefined;
    next.disabled = this.neighbours[1] === undefined;
    previous.parentNode.hidden = previous.disabled && next.disabled;
    this.text.setAttribute("aria-label", name);
    this.namePiece(texts, length);
  }

  namePiece(texts, length) {
    const { earlier, later } = this.buttons;
    const end = this.start + this.length;
    this.piece.hidden = !this.document.truncated;
    setText(this.pieceText, fill(texts.piece, { from: this.start + 1, to: end, n: length }));
    setText(earlier, texts.earlier);
    setText(later, texts.later);
    const canWalk = this.document.start !== undefined && this.document.start !== null;
    earlier.hidden = !canWalk || this.start === 0;
    later.hidden = !canWalk || end >= length;
  }

  draw(hits, { target, texts, nDocuments }, isOther) {
    const { i, text = "", following = [] } = this.document;
    const of = (document) => hits.filter((hit) => hit.i === document);
    const { nodes, marks } = markedText(text ?? "", of(i), this.start);
    const empty = element("span", "quiet", texts.empty_document);
    const next = following.map((document) => this.nextDocument(document, of(document.i), texts, nDocuments));
    this.text.replaceChildren(...(text ? nodes : [empty]), ...next);
    const mark = marks.get(target?.start);
    mark?.classList.add("target");
    if (mark) this.scrollTo(mark);
    else if (isOther) this.text.scrollTop = 0;
  }

  /** A document that comes after the one that is open: its name, which opens it, and its text. */
  nextDocument({ i, label, text }, hits, texts, n) {
    const name = fill(texts.document, { i: i + 1, n }) + (label ? texts.comma + label : "");
    const button = element("button", "plain quiet", name, { type: "button" });
    button.addEventListener("click", () => this.actions.open(i));
    const node = element("section", "following");
    node.append(button, ...markedText(text, hits, 0).nodes);
    return node;
  }

  scrollTo(mark) {
    const box = this.text.getBoundingClientRect();
    const top = mark.getBoundingClientRect().top - box.top + this.text.scrollTop;
    this.text.scrollTop = Math.max(0, top - ABOVE_MARK * box.height);
  }
}

/** Nodes of `text` with a <mark> for each hit; `start` is the place of the text in its document, in characters. */
function markedText(text, hits, start) {
  const marks = new Map();
  if (!hits.length) return { nodes: signed(text), marks };
  const characters = [...text];
  const nodes = [];
  let end = 0;
  for (const hit of hits.toSorted((a, b) => a.start - b.start)) {
    const from = hit.start - start;
    const to = from + [...hit.match].length;
    if (from < end || characters.slice(from, to).join("") !== hit.match) continue;
    const mark = element("mark");
    mark.append(...signed(hit.match));
    marks.set(hit.start, mark);
    nodes.push(...signed(characters.slice(end, from).join("")), mark);
    end = to;
  }
  nodes.push(...signed(characters.slice(end).join("")));
  return { nodes, marks };
}
