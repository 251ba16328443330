/** Text, Predict by counting: what each order writes and needs, and one passage coloured by its surprise. */

import { onThemeChange, theme } from "./colours.js";
import { Rows, contextOf } from "./counting_floor_rows.js";
import { Tokens } from "./counting_floor_tokens.js";
import { element, setText } from "./dom.js";
import { signedLine } from "./invisible.js";
import { isNumber, percent, significant, thousands } from "./numbers.js";
import { fill } from "./texts.js";
import { setSurpriseColours } from "./token_flow.js";
import { tokenLabel } from "./token_text.js";

/** @returns {{update(data: object): void, destroy(): void}} */
export function mount(root, api) {
  const view = new CountingFloor(root, api);
  return { update: (data) => view.update(data), destroy: () => view.destroy() };
}

class CountingFloor {
  constructor(root, api) {
    this.root = root;
    this.api = api;
    this.clicks = 0;
    this.order = null; // chosen here; the server's follows
    this.asked = undefined; // the order that the server showed last
    this.build();
    this.recolour();
    this.stopTheme = onThemeChange(root, () => this.recolour());
  }

  build() {
    this.sees = element("span", "sees");
    this.heading = element("span");
    this.measured = element("span", "measured");
    this.bits = element("span", "bits");
    const head = element("div", "head quiet");
    head.append(this.sees, this.heading, this.measured, this.bits);
    this.rows = new Rows((order) => this.choose(order));
    const top = element("div", "stage top");
    top.append(head, this.rows.node);
    this.panels = element("div", "below-strip panels");
    this.panels.append(top, this.buildTexts());
    this.root.replaceChildren(this.panels);
  }

  buildTexts() {
    const [passage, writing] = ["passage", "writing"].map((name) => element("div", name));
    this.names = { passage: element("span", "name"), writing: element("span", "name") };
    this.scale = new Scale();
    this.reading = element("p", "reading", "", { "aria-live": "polite" });
    const heads = [element("div", "head quiet"), element("div", "head quiet")];
    heads[0].append(this.names.passage, this.scale.node);
    this.skipped = element("span", "skipped");
    heads[1].append(this.names.writing, this.skipped);
    passage.append(heads[0]);
    writing.append(heads[1]);
    this.passage = new Tokens(passage, (tokens) => this.read(tokens));
    this.writing = new Tokens(writing, (tokens) => this.read(tokens));
    this.bottom = element("div", "stage texts");
    this.bottom.append(passage, writing, this.reading);
    return this.bottom;
  }

  recolour() {
    setSurpriseColours(this.root, theme(this.root));
  }

  update(data) {
    this.data = data;
    this.root.lang = data.lang === "zh" ? "zh-Hans" : "en";
    if (data.order !== this.asked) this.order = data.order ?? data.best ?? null;
    this.asked = data.order;
    this.draw();
  }

  choose(order) {
    if (order === this.order) return;
    this.order = order;
    this.api.trigger("order", { order, n: ++this.clicks });
    this.draw();
  }

  draw() {
    const { texts, orders, uniform } = this.data;
    const unit = this.unit;
    setText(this.sees, texts.sees);
    setText(this.heading, texts.writes);
    setText(this.bits, texts.bits);
    setText(this.measured, this.measuredText());
    const rows = uniform || orders?.length ? [{ order: 0, ...uniform }, ...(orders ?? [])] : [];
    const { best } = this.data;
    this.rows.update(rows, { chosen: this.order, best, unit, texts, language: this.language });
    this.drawTexts();
  }

  get unit() {
    return this.data.unit === "word" ? "word" : "character";
  }

  /** Of the text that was counted; as long as nobody says, its letters tell. */
  get language() {
    const sample = (this.data.passage?.tokens ?? []).join("").slice(0, 400);
    return /\p{Script=Han}/u.test(sample) ? "zh-Hans" : "en";
  }

  measuredText() {
    const { split, seconds, texts } = this.data;
    if (!isNumber(split?.train)) return "";
    const values = { train: thousands(split.train), held_out: thousands(split.validation) };
    return fill(isNumber(seconds) ? texts[`measured_${this.unit}`] : "", { ...values, seconds: significant(seconds) });
  }

  drawTexts() {
    const { texts, passage, writes } = this.data;
    const isStale = isNumber(this.data.order) && this.order !== this.data.order;
    this.bottom.classList.toggle("stale", isStale);
    this.scale.name(texts);
    const common = { areWords: this.unit === "word", language: this.language };
    setText(this.names.passage, texts.passage);
    setText(this.names.writing, texts.writing);
    const [tokens, p] = [passage?.tokens ?? [], passage?.p ?? []];
    const isOther = this.passage.update("", tokens, p, { ...common, name: texts.passage_keys });
    const written = writes?.tokens ?? (writes?.text ? [writes.text] : []);
    const prompt = writes?.prompt ?? "";
    const skipped = (writes?.skipped ?? []).map(signedLine).join(" ");
    setText(this.skipped, skipped && fill(texts.skipped, { skipped }));
    this.skipped.title = this.skipped.textContent;
    const isWritten = this.writing.update(prompt, written, writes?.p ?? [], { ...common, name: texts.writing });
    if (isOther || isWritten || !this.reading.textContent) this.read(this.passage);
  }

  /** One sentence on the token looked at or pinned; one token at most is pinned in both texts. */
  read(tokens) {
    const other = tokens === this.passage ? this.writing : this.passage;
    if (tokens.pinned !== null && other.pinned !== null) {
      other.pinned = null;
      other.flow.mark(null);
    }
    const source = tokens.at !== null ? tokens : other;
    setText(this.reading, source.at === null ? this.data.texts.caption : this.sentence(source));
    this.reading.classList.toggle("quiet", source.at === null);
  }

  sentence(tokens) {
    const { texts, passage } = this.data;
    const token = signedLine(tokenLabel(tokens.tokens[tokens.at] ?? ""));
    const values = { token: [...token].slice(0, 40).join(""), p: percent(tokens.p[tokens.at]) };
    const used = tokens === this.passage ? passage?.used_order?.[tokens.at] : null;
    if (!isNumber(used)) return fill(texts.token, values);
    if (used <= 1) return fill(texts.token_unseen, values);
    return fill(texts.token_seen, { ...values, context: contextOf(used - 1, this.unit, texts) });
  }

  destroy() {
    this.stopTheme();
  }
}

/** surprising ■ ■ ■ ■ □ expected */
class Scale {
  constructor() {
    this.node = element("span", "scale");
    this.from = element("span");
    this.to = element("span");
    const steps = [4, 3, 2, 1, 0].map((level) => element("i", `level-${level}`));
    this.node.append(this.from, ...steps, this.to);
  }

  name(texts) {
    setText(this.from, texts.surprising);
    setText(this.to, texts.expected);
  }
}
