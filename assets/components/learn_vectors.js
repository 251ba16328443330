/** How word vectors learn: a passage of the text, one update of one pair, and two matrices that grow alike. */

import { onThemeChange, theme } from "./colours.js";
import { element, oncePerFrame, setText } from "./dom.js";
import { Subscription } from "./feed.js";
import { Answers } from "./learn_vectors_answers.js";
import { Matrices } from "./learn_vectors_matrices.js";
import { pairLines } from "./learn_vectors_pair.js";
import { Passage } from "./learn_vectors_passage.js";

/** @returns {{update(data: object): void, destroy(): void}} */
export function mount(root, api) {
  const view = new LearnVectors(root, api);
  return { update: (data) => view.update(data), destroy: () => view.destroy() };
}

class LearnVectors {
  constructor(root, api) {
    this.root = root;
    this.api = api;
    this.nth = 0; // place of the centre in the text
    this.seed = 0; // of the negatives
    this.number = Date.now();
    this.redraw = oncePerFrame(() => this.draw());
    this.answers = new Answers(this.redraw);
    this.subscription = new Subscription(() => this.follow());
    this.build();
    this.resizing = new ResizeObserver(this.redraw);
    this.resizing.observe(this.stage);
    this.stopTheme = onThemeChange(root, this.redraw);
  }

  build() {
    this.stage = element("div", "stage frame");
    this.passage = new Passage(
      (word) => this.choose(this.answers.answer.centre, word),
      (by) => this.turn(by),
    );
    this.pair = element("section", "pair");
    this.lines = element("div", "lines");
    this.again = element("button", "plain again", "", { type: "button" });
    this.again.addEventListener("click", () => this.drawAgain());
    this.pair.append(this.lines, this.again);
    this.matrices = new Matrices((a, b) => this.choose(a, b));
    const body = element("div", "body");
    body.append(this.pair, this.matrices.node);
    this.waiting = element("p", "waiting quiet");
    this.stage.append(this.passage.node, body, this.waiting);
    this.root.replaceChildren(this.stage);
  }

  update(data) {
    const isOther = data.centre !== this.data?.centre || data.run !== this.data?.run;
    if (isOther) this.nth = 0;
    this.data = data;
    this.root.lang = data.lang === "zh" ? "zh-Hans" : "en";
    this.subscription.to(data.api, data.run);
    this.subscription.feed?.wake();
    this.follow();
    this.redraw();
  }

  follow() {
    const { feed } = this.subscription;
    if (!feed?.state || !this.data) return;
    if (feed.state.revision !== this.revision) this.answers.forget();
    this.revision = feed.state.revision;
    const { api, run, centre, context, lang } = this.data;
    const query = { centre: centre ?? "", context: context ?? "", nth: this.nth, draw: this.seed, lang };
    this.answers.want(api, run, feed.step ?? feed.state.snapshots?.at(-1), query);
  }

  draw() {
    const { data, answers } = this;
    const { answer, problem } = answers;
    if (!data || !this.stage.clientWidth) return;
    const { texts } = data;
    this.waiting.hidden = Boolean(answer);
    setText(this.waiting, answer ? "" : problem ? `${problem.headline} ${problem.rest}` : texts.waiting);
    this.stage.classList.toggle("empty", !answer);
    if (!answer) return;
    this.passage.update(answer, texts);
    this.lines.replaceChildren(...pairLines(answer, texts));
    this.again.hidden = answer.pair.kind !== "negative";
    setText(this.again, texts.again);
    this.matrices.update(answer, texts, theme(this.root));
  }

  turn(by) {
    const n = this.answers.answer?.passage?.n ?? 1;
    this.nth = (this.nth + by + n) % n;
    this.follow();
  }

  drawAgain() {
    this.seed += 1;
    this.follow();
  }

  choose(centre, context) {
    this.number = Math.max(this.number + 1, Date.now());
    this.api.trigger("pair", { centre, context, n: this.number });
    this.data = { ...this.data, centre, context };
    this.follow();
  }

  destroy() {
    this.subscription.to(null, null);
    this.redraw.cancel();
    this.resizing.disconnect();
    this.stopTheme();
  }
}
