/** One of the two maps: it fetches its own frames, at a step that stays or at the step of the dock. */

import { element, setText } from "./dom.js";
import { colouringOf } from "./map_colourings.js";
import { Follower } from "./map_follow.js";
import { MapView } from "./map_view.js";
import { fill } from "./texts.js";

const WAY = { method: "umap", dims: 2 };
const INSET = { top: 34, bottom: 8 };

/** `actions`: hover(word or null), pick(word), drawn() when another frame is shown, key(view, event). */
export class Side {
  constructor(actions) {
    this.actions = actions;
    this.node = element("section", "side empty");
    this.view = new MapView(this.node, {
      hover: (i) => this.hover(i),
      pick: (i) => i >= 0 && actions.pick(this.view.frame.words[i]),
      loop: () => {},
      held: (frame) => this.take(frame),
    });
    this.view.cameras[2].inset = INSET;
    this.view.surface.addEventListener("keydown", (event) => actions.key(this.view, event));
    this.title = element("b");
    this.step = element("span", "quiet");
    this.notice = element("p", "notice quiet");
    const head = element("p", "head");
    head.append(this.title, this.step);
    this.node.append(head, this.notice);
    this.resizing = new ResizeObserver(() => this.keepOff(head));
    this.resizing.observe(head);
    this.follower = new Follower({
      cleared: () => this.clear(),
      frame: (frame) => this.take(frame),
      waiting: (seconds) => this.wait(seconds),
      refused: (sentence) => this.say(sentence ?? ""),
      unanswered: () => this.say(this.texts.unanswered),
    });
  }

  update(data, which, look) {
    this.texts = data.texts;
    this.look = look;
    const { run = null, step = null, title = "" } = data[which] ?? {};
    setText(this.title, title);
    this.follower.to({ api: data.api, run, lang: data.lang }, WAY, data.follow === which ? null : step);
    this.repaint(look);
  }

  clear() {
    this.view.clear();
    setText(this.step, "");
    this.node.classList.add("empty");
  }

  take(frame) {
    if (!this.view.show(frame)) return;
    this.node.classList.remove("empty");
    this.repaint(this.look);
    this.actions.drawn();
  }

  wait(seconds) {
    this.node.classList.toggle("old", seconds !== null);
    this.say(seconds === null ? "" : fill(this.texts.computing, { n: seconds }));
  }

  say(sentence) {
    setText(this.notice, sentence);
  }

  repaint(look) {
    const { frame } = this.view;
    this.look = look;
    if (!frame) return;
    this.view.look = look;
    this.view.paint = colouringOf("cluster", frame, look, {});
    setText(this.step, fill(this.texts.step, { step: frame.step }));
    this.view.surface.setAttribute("aria-label", fill(this.texts.map, { title: this.title.textContent, n: frame.n, step: frame.step }));
    this.view.redraw();
  }

  /** Labels keep off the title. */
  keepOff(head) {
    this.view.taken = [[0, 0, head.offsetLeft + head.offsetWidth, head.offsetTop + head.offsetHeight]];
    this.view.redraw();
  }

  hover(i) {
    this.node.classList.toggle("over", i >= 0);
    this.actions.hover(i >= 0 ? this.view.frame.words[i] : null);
  }

  remove() {
    this.follower.end();
    this.resizing.disconnect();
    this.view.remove();
  }
}
