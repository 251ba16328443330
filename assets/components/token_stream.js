/** Generation: the text as tokens, and below it what else the model considered for one of them. */

import { onThemeChange, theme } from "./colours.js";
import { element, oncePerFrame, setText } from "./dom.js";
import { fill } from "./texts.js";
import { Flow, setSurpriseColours } from "./token_flow.js";
import { followRequest } from "./token_requests.js";
import { drawTable } from "./token_table.js";

/** @returns {{update(data: object): void, destroy(): void}} */
export function mount(root, api) {
  const view = new TokenStream(root, api);
  return { update: (data) => view.update(data), destroy: () => view.destroy() };
}

class TokenStream {
  constructor(root, api) {
    this.root = root;
    this.api = api;
    this.tokens = [];
    this.pinned = null;
    this.looked = null; // the token under the pointer or the focus
    this.source = null; // what the tokens belong to
    this.stopAsking = () => {};
    this.build();
    this.redraw = oncePerFrame(() => this.drawTable());
    this.resizing = new ResizeObserver(this.redraw);
    this.resizing.observe(this.sampler);
    this.recolour();
    this.stopTheme = onThemeChange(root, () => this.recolour());
  }

  build() {
    this.scale = new Scale();
    const text = element("div", "stage writing");
    text.append(this.scale.node);
    this.flow = new Flow(text, {
      look: (at) => this.look(at),
      choose: (at) => this.pin(at),
      clear: () => this.pin(null),
    });
    this.sampler = element("div", "stage sampler");
    this.table = element("div", "table", null, { role: "table" });
    this.message = element("div", "message", null, { role: "status" });
    this.waiting = element("p", "quiet");
    this.sampler.append(this.message, this.waiting, this.table);
    this.spoken = element("p", "spoken", "", { "aria-live": "polite" });
    const panels = element("div", "full panels");
    panels.append(text, this.sampler);
    this.root.replaceChildren(panels, this.spoken);
  }

  recolour() {
    setSurpriseColours(this.root, theme(this.root));
  }

  update(data) {
    this.data = data;
    this.root.lang = data.lang === "zh" ? "zh-Hans" : "en";
    this.scale.name(data.texts);
    this.flow.node.setAttribute("aria-label", data.texts.stream);
    const source = JSON.stringify([data.api, data.request ?? null, data.request ? null : [data.prompt, data.tokens]]);
    if (source !== this.source) {
      this.source = source;
      this.begin();
    }
    this.redraw();
  }

  /** Another request or other stored tokens. The old text stays until the first new token is there. */
  begin() {
    this.stopAsking();
    this.isWriting = Boolean(this.data.request);
    this.isStale = this.isWriting;
    this.say("");
    if (!this.isWriting) {
      this.restart();
      this.add(this.data.tokens ?? []);
      return;
    }
    if (!this.tokens.length) this.restart();
    this.flow.setWriting(!this.tokens.length);
    this.stopAsking = followRequest(this.data.api, this.data.request, this.data.lang, {
      take: (reply) => this.take(reply),
      lost: () => this.say(this.data.texts.offline),
    });
  }

  restart() {
    this.isStale = false;
    this.tokens = [];
    this.pinned = null;
    this.looked = null;
    this.flow.clear((this.data.prompt_tokens?.length ? this.data.prompt_tokens.join("") : this.data.prompt) ?? "");
    this.flow.setWriting(this.isWriting);
  }

  take({ tokens, done, error, gone }) {
    const isLost = gone && (this.isStale || !this.tokens.length);
    if (this.isStale && (tokens.length || done)) this.restart();
    this.add(isLost ? (this.data.tokens ?? []) : tokens);
    if (error) this.say(error.headline, error.rest);
    else this.say(isLost && !this.tokens.length ? this.data.texts.gone : "");
    if (!done && !error) return;
    this.isWriting = false;
    this.flow.setWriting(false);
    if (!error && !gone) setText(this.spoken, fill(this.data.texts.wrote, { n: this.tokens.length }));
  }

  add(tokens) {
    this.tokens.push(...tokens);
    this.flow.add(tokens);
    if (tokens.length) this.redraw();
  }

  /** A sentence in the place of the picture: bold what, then the rest. */
  say(headline, rest = "") {
    const said = `${headline}\n${rest}`;
    if (this.said === said) return;
    this.said = said;
    const parts = [element("p", "what", headline), element("p", "", rest)].filter((part) => part.textContent);
    this.message.replaceChildren(...parts);
    this.redraw();
  }

  look(at) {
    this.looked = at;
    this.redraw();
  }

  pin(at) {
    if (at === null && this.pinned === null) return;
    this.pinned = at;
    if (at === null) this.looked = null;
    this.flow.mark(at);
    this.api.set("token", at);
    this.redraw();
  }

  drawTable() {
    if (!this.data) return;
    const { texts, temperature, top_p, top_k } = this.data;
    const token = this.tokens[this.looked ?? this.pinned ?? this.tokens.length - 1] ?? this.tokens.at(-1);
    this.table.hidden = !token;
    setText(this.waiting, texts.waiting);
    this.waiting.hidden = Boolean(token) || this.message.childElementCount > 0;
    if (!token) return;
    const height = this.sampler.clientHeight - this.message.offsetHeight;
    drawTable(this.table, token, height - 22, { temperature, top_p, top_k }, texts);
  }

  destroy() {
    this.stopAsking();
    this.redraw.cancel();
    this.resizing.disconnect();
    this.stopTheme();
  }
}

/** surprising ■ ■ ■ ■ □ expected, and what the fill and the bar mean. */
class Scale {
  constructor() {
    this.node = element("div", "scale quiet");
    this.from = element("span");
    this.to = element("span");
    this.caption = element("span", "caption");
    const steps = [4, 3, 2, 1, 0].map((level) => element("i", `level-${level}`));
    this.node.append(this.from, ...steps, this.to, this.caption);
  }

  name(texts) {
    setText(this.from, texts.surprising);
    setText(this.to, texts.expected);
    setText(this.caption, texts.caption);
  }
}
