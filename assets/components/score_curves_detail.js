/** What stands behind one score at the step that the page shows: every pair, or every group of questions. */

import { element, setText, svg } from "./dom.js";
import { isNumber, loss as twoDigits } from "./numbers.js";
import { bars } from "./score_curves_bars.js";
import { scatter } from "./score_curves_scatter.js";
import { walked } from "./text_pictures_curves.js";
import { fill } from "./texts.js";

export class Detail {
  constructor(close) {
    this.node = element("div", "detail");
    this.title = element("b", "title");
    this.step = element("span", "quiet");
    this.shut = element("button", "icon", "×", { type: "button" });
    this.shut.addEventListener("click", close);
    const head = element("div", "head");
    head.append(this.title, this.step, this.shut);
    this.plot = element("div", "plot", null, { tabindex: "0", role: "group" });
    this.picture = svg("svg", { role: "img" });
    this.marks = svg("g");
    this.plot.append(this.picture);
    this.bars = element("div", "bars");
    this.says = element("p", "says quiet", "", { "aria-live": "polite" });
    this.node.append(head, this.plot, this.bars, this.says);
    this.at = null;
    this.listen();
  }

  listen() {
    const { plot } = this;
    plot.addEventListener("pointermove", (event) => this.read(this.under(event)));
    plot.addEventListener("pointerleave", () => this.read(null));
    plot.addEventListener("keydown", (event) => {
      const next = event.key === "Escape" ? null : walked(this.at, event.key, (this.scene?.n ?? 0) - 1);
      if (next === undefined || !this.scene || (event.key === "Escape" && this.at === null)) return;
      event.preventDefault();
      event.stopPropagation();
      this.read(next);
    });
  }

  update(name, data) {
    this.node.hidden = name === null;
    if (name === null) return;
    const { texts } = data;
    this.data = data;
    const found = detailOf(name, data.detail);
    setText(this.title, texts[`name.${name}`] ?? name);
    setText(this.step, found ? fill(texts.at, { n: data.detail.step }) : "");
    this.shut.setAttribute("aria-label", texts.close);
    this.plot.hidden = !found?.pairs;
    this.bars.hidden = !found?.rows;
    if (!found) return setText(this.says, texts.no_detail);
    if (found.rows) {
      bars(this.bars, found, texts);
      setText(this.says, texts[found.isWorld ? "says_world" : "says_google"]);
      return;
    }
    this.draw(found, texts);
  }

  draw(found, texts) {
    const { clientWidth: width, clientHeight: height } = this.plot;
    if (!width || !height) return;
    const source = JSON.stringify([width, height, found.name, this.data.detail.step, found.pairs.length, this.data.lang]);
    const says = !isNumber(found.spearman) ? "says_few" : found.spearman < 0.1 ? "says_none" : "says_pairs";
    this.reading = fill(texts[says], { value: twoDigits(found.spearman) });
    this.says.textContent = this.at === null ? this.reading : this.says.textContent;
    if (source === this.source) return;
    this.source = source;
    this.scene = scatter(found.pairs, { width, height }, texts);
    this.picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.picture.setAttribute("aria-label", this.reading);
    this.plot.setAttribute("aria-label", texts.keys);
    this.picture.replaceChildren(...this.scene.nodes, this.marks);
    this.read(null);
  }

  under(event) {
    const box = this.plot.getBoundingClientRect();
    return this.scene?.under(event.clientX - box.left, event.clientY - box.top) ?? null;
  }

  /** The pair under the pointer, in words. */
  read(at) {
    this.at = at;
    this.marks.replaceChildren(...(at === null || !this.scene ? [] : this.scene.marks(at)));
    if (at === null) return setText(this.says, this.reading ?? "");
    const { a, b, human, cosine } = this.scene.pair(at);
    const values = { human: human.toFixed(1), cosine: cosine.toFixed(2) };
    this.says.replaceChildren(element("b", "text", `${a} – ${b}`), ` ${fill(this.data.texts.pair, values)}`);
  }
}

/** The part of the answer `scores_now` that belongs to a score; null when there is none. */
function detailOf(name, detail) {
  if (!detail) return null;
  const similarity = detail.similarity?.find((one) => one.name === name);
  if (similarity?.pairs?.length) return { ...similarity, name };
  const rowsOf = { world: () => worldRows(detail.world), google: () => detail.analogies, own_analogies: () => detail.own };
  const rows = rowsOf[name]?.() ?? (name.startsWith("world") ? rowsOf.world() : null);
  return rows?.length ? { name, rows, isWorld: name.startsWith("world") } : null;
}

function worldRows(relations = []) {
  return relations.map(({ relation, correct, n, held_out_correct: held, held_out_n: heldN }) => ({
    section: relation,
    correct,
    n,
    held: heldN ? { correct: held, n: heldN } : null,
  }));
}
