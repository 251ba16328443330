/** One training step taken apart: a film of four scenes that the reader steps through by hand. */

import { onThemeChange, theme } from "./colours.js";
import { element, oncePerFrame, setText } from "./dom.js";
import { Film, scenesOf } from "./slow_motion_film.js";
import { drawAfter, drawGrid } from "./slow_motion_grid.js";
import { panelLines } from "./slow_motion_panel.js";
import { cellReading, weightReading } from "./slow_motion_reading.js";
import { UpdateScene } from "./slow_motion_update.js";

/** Called once by the page; see README.md. */
export function mount(root) {
  return new SlowMotion(root);
}

class SlowMotion {
  constructor(root) {
    this.root = root;
    this.pinned = null; // a token the reader holds on to
    this.pointed = null; // {column, row} under the pointer
    this.ask = oncePerFrame(() => this.draw());
    this.build();
    this.resizing = new ResizeObserver(this.ask);
    this.resizing.observe(this.picture);
    this.stopTheme = onThemeChange(root, this.ask);
  }

  build() {
    this.frame = element("div", "stage frame", null, { role: "group", tabindex: "0" });
    this.film = new Film(() => this.ask());
    this.picture = element("div", "picture");
    this.grid = element("div", "grid");
    this.update_ = new UpdateScene(() => this.ask());
    this.picture.append(this.grid, this.update_.node);
    this.panel = element("section", "panel");
    const body = element("div", "body");
    body.append(this.picture, this.panel);
    this.reading = element("p", "reading", null, { "aria-live": "polite" });
    this.frame.append(this.film.node, body, this.reading);
    this.root.replaceChildren(this.frame);
    this.listen();
  }

  listen() {
    this.frame.addEventListener("keydown", (event) => this.onKey(event));
    this.grid.addEventListener("pointermove", (event) => this.point(this.under(event)));
    this.grid.addEventListener("pointerleave", () => this.point(null));
    this.grid.addEventListener("click", (event) => {
      const at = this.under(event);
      if (at) this.pin(at.column === this.pinned ? null : at.column);
    });
  }

  update(data) {
    this.data = data;
    this.root.lang = data.lang === "zh" ? "zh-Hans" : "en";
    if (this.pinned !== null && this.pinned >= data.tokens.length) this.pinned = null;
    this.film.update(scenesOf(data), data.texts);
    this.frame.setAttribute("aria-label", `${data.texts.title}. ${data.texts.keys}`);
    this.frame.classList.toggle("stale", Boolean(data.stale));
    this.ask();
  }

  draw() {
    const { data, film } = this;
    if (!data || !this.picture.clientWidth) return;
    const look = theme(this.root);
    const { scene, frame, isNew } = film.at;
    const token = this.token;
    const isUpdate = scene === "update";
    film.draw(data);
    this.grid.hidden = isUpdate;
    this.update_.node.hidden = !isUpdate;
    const size = { width: this.picture.clientWidth, height: this.picture.clientHeight };
    const marks = { token, pinned: this.pinned, pointed: this.pointed };
    if (isUpdate) this.update_.draw(data, frame, look, isNew);
    else {
      const drawn = scene === "after" ? drawAfter(data, size, marks, look) : drawGrid(data, scene, frame, size, marks, look, isNew);
      this.places = drawn.places;
      this.grid.replaceChildren(drawn.node);
    }
    this.panel.replaceChildren(...panelLines(data, scene, frame, token, this.update_.weight));
    this.tell(scene, frame);
  }

  tell(scene, frame) {
    const { data, pointed } = this;
    if (scene === "update") return setText(this.reading, weightReading(data, this.update_.weight));
    const said = pointed ? cellReading(data, scene, frame, pointed) : data.texts.hint;
    setText(this.reading, said);
  }

  /** The token that the panel speaks of: under the pointer, held, or else the one that surprised most. */
  get token() {
    if (this.pointed) return this.pointed.column;
    if (this.pinned !== null) return this.pinned;
    const { loss } = this.data.before;
    return loss.indexOf(Math.max(...loss.map((x) => x ?? -1)));
  }

  under(event) {
    if (!this.places) return null;
    const box = this.grid.getBoundingClientRect();
    const { left, step, n, rows } = this.places;
    const column = Math.floor((event.clientX - box.left - left) / step);
    const y = event.clientY - box.top;
    const row = rows.find(({ top, height }) => y >= top - 1 && y < top + height + 1);
    return column >= 0 && column < n && row ? { column, row: row.name } : null;
  }

  point(at) {
    if (JSON.stringify(at) === JSON.stringify(this.pointed)) return;
    this.pointed = at;
    this.ask();
  }

  pin(token) {
    this.pinned = token;
    this.ask();
  }

  onKey(event) {
    if (!this.data || event.ctrlKey || event.metaKey || event.altKey) return;
    const n = this.data.tokens.length;
    const keys = {
      ArrowLeft: () => this.film.by(-1),
      ArrowRight: () => this.film.by(1),
      Home: () => this.film.go(0),
      End: () => this.film.go(Infinity),
      ArrowUp: () => this.pin((this.token + n - 1) % n),
      ArrowDown: () => this.pin((this.token + 1) % n),
      Escape: () => this.pin(null),
    };
    if (!(event.key in keys)) return;
    event.preventDefault();
    if (event.key.startsWith("Arrow") && !["ArrowLeft", "ArrowRight"].includes(event.key)) this.pointed = null;
    keys[event.key]();
  }

  destroy() {
    this.ask.cancel();
    this.resizing.disconnect();
    this.stopTheme();
  }
}
