/** One cleaning step: what it does to a language model, and what it changes in the reader's own text. */

import { counted } from "./counted.js";
import { element, setText } from "./dom.js";
import { signed } from "./invisible.js";
import { isNumber, significant, thousands } from "./numbers.js";
import { fill } from "./texts.js";

const TAGS = { removed: "del", added: "ins" };

export class Detail {
  /** `move(-1 or 1)` from the two buttons. */
  constructor(move) {
    this.node = element("div", "detail", null, { tabindex: "0", role: "region" });
    this.title = element("p", "title");
    this.effect = element("p", "effect");
    this.counts = element("p", "counts quiet");
    this.sizes = element("p", "quiet");
    this.up = element("button", "plain", "", { type: "button" });
    this.down = element("button", "plain", "", { type: "button" });
    this.up.addEventListener("click", () => move(-1));
    this.down.addEventListener("click", () => move(1));
    const moves = element("p", "moves");
    moves.append(this.up, this.down);
    this.examples = element("div", "examples");
    this.node.append(this.title, this.effect, this.counts, this.sizes, moves, this.examples);
  }

  update(step, { texts, language, isFirst, isLast }) {
    const title = texts[step.name] ?? step.name;
    setText(this.title, title);
    this.node.setAttribute("aria-label", title);
    setText(this.effect, texts[`${step.name}.effect`] ?? "");
    setText(this.counts, countsOf(step, texts));
    setText(this.sizes, step.available && step.n_places > 0 ? sizesOf(step, texts) : "");
    setText(this.up, texts.up);
    setText(this.down, texts.down);
    this.up.setAttribute("aria-disabled", isFirst);
    this.down.setAttribute("aria-disabled", isLast);
    const key = JSON.stringify([step.name, step.examples, step.n_places, step.available, language, texts.nothing]);
    if (key === this.key) return;
    if (step.name !== this.shown) this.node.scrollTop = 0;
    this.shown = step.name;
    this.key = key;
    this.examples.lang = language;
    const examples = step.examples ?? [];
    this.examples.replaceChildren(...examples.map((example) => drawExample(example, texts)));
  }
}

/** What a step changes, or would change, as one sentence. */
function countsOf(step, texts) {
  if (!step.available) return texts[`${step.name}.unavailable`] ?? texts.unavailable;
  if (!isNumber(step.n_places)) return texts.not_counted;
  if (step.n_places === 0) return texts.nothing;
  return fill(step.on ? texts.changed : texts.would_change, {
    places: counted(texts, "places", step.n_places),
    documents: counted(texts, "documents", step.n_documents),
  });
}

/** "1,200 → 1,100 characters, 0.1 s"; documents only where some are dropped. */
function sizesOf(step, texts) {
  const { characters_after: characters, documents_before: before, documents_after: documents, seconds } = step;
  const parts = [
    isNumber(characters) && fromTo(step, "characters", texts),
    isNumber(documents) && documents !== before && fromTo(step, "documents", texts),
    isNumber(seconds) && fill(texts.takes, { seconds: significant(seconds) }),
  ];
  return parts.filter(Boolean).join(texts.comma);
}

/** "1,200 → 1,100 characters", for characters or documents. */
export function fromTo(counts, name, texts) {
  const [before, after] = [counts[`${name}_before`], counts[`${name}_after`]];
  return fill(texts[`${name}_from_to`], { before: thousands(before), after: thousands(after) });
}

/** What was removed is struck through, what was added underlined, and what cannot be seen has a sign. */
function drawExample({ document, pieces }, texts) {
  const node = element("div", "example");
  const text = element("p", "text", null, { dir: "auto" });
  text.append(...(pieces ?? []).map((piece) => drawPiece(piece, texts)));
  const where = isNumber(document) ? fill(texts.example, { i: document + 1 }) : "";
  node.append(element("p", "quiet", where), text);
  return node;
}

function drawPiece({ kind, text }, texts) {
  const isChange = kind in TAGS;
  const node = element(TAGS[kind] ?? "span");
  if (isChange) node.title = texts[kind];
  node.append(...signed(text ?? "", isChange ? "blanks" : "changes"));
  return node;
}
