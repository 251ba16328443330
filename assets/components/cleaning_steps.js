/** Text, Clean: the steps in their order, each with what it changes; beside them one step on the reader's own text. */

import { Detail, fromTo } from "./cleaning_steps_detail.js";
import { makeDraggable, order, shift } from "./cleaning_steps_drag.js";
import { Pending } from "./cleaning_steps_pending.js";
import { Row } from "./cleaning_steps_row.js";
import { element, setText } from "./dom.js";
import { fill } from "./texts.js";

/** @returns {{update(data: object): void, destroy(): void}} */
export function mount(root, api) {
  const view = new CleaningSteps(root, api);
  return { update: (data) => view.update(data), destroy: () => view.destroy() };
}

class CleaningSteps {
  constructor(root, api) {
    this.root = root;
    this.api = api;
    this.rows = new Map(); // name → Row
    this.steps = [];
    this.selected = null; // name
    this.events = 0;
    this.pending = new Pending(() => this.draw());
    this.build();
  }

  build() {
    this.encoding = element("p", "encoding");
    this.encodingName = element("span");
    this.doubt = element("span", "doubt");
    this.encoding.append(this.encodingName, this.doubt);
    this.list = element("ol", "list");
    this.drag = makeDraggable(this.list, { done: (name) => this.commitMove(name), undone: () => this.draw() });
    this.list.addEventListener("click", (event) => this.onClick(event));
    this.list.addEventListener("keydown", (event) => this.onKey(event));
    const left = element("div", "steps");
    left.append(this.encoding, this.list);
    this.detail = new Detail((by) => this.moveSelected(by));
    this.totals = { characters: new Total("characters"), documents: new Total("documents") };
    this.foot = element("div", "totals");
    this.foot.append(this.totals.characters.node, this.totals.documents.node);
    this.spoken = element("p", "spoken", "", { "aria-live": "polite" });
    this.panel = element("div", "stage below-strip panel");
    this.panel.append(left, this.detail.node, this.foot);
    this.root.replaceChildren(this.panel, this.spoken);
  }

  update(data) {
    this.data = data;
    this.root.lang = tag(data.lang);
    if (!this.drag.isDragging()) this.draw();
  }

  draw() {
    if (!this.data) return;
    const { texts, encoding, totals } = this.data;
    this.steps = this.pending.applied(this.data.steps ?? []);
    this.selected = this.selectable();
    this.list.setAttribute("aria-label", texts.steps);
    this.encoding.hidden = !encoding?.name;
    setText(this.encodingName, fill(texts.read_as, { name: encoding?.name }));
    setText(this.doubt, encoding?.certain === false ? texts.not_certain : "");
    this.doubt.title = texts.other_encodings;
    this.placeRows();
    this.drawRows();
    this.foot.classList.toggle("stale", this.pending.isWaiting);
    for (const total of Object.values(this.totals)) total.update(totals ?? {}, texts);
  }

  /** The selected step, else the first that has something to show. */
  selectable() {
    const known = (name) => this.steps.some((step) => step.name === name);
    if (known(this.selected)) return this.selected;
    const isTelling = ({ n_places: n }) => n > 0;
    const telling = this.steps.find((step) => step.on && isTelling(step)) ?? this.steps.find(isTelling);
    return (telling ?? this.steps[0])?.name ?? null;
  }

  /** Rows that already stand in their place are left alone, so that focus and scroll stay. */
  placeRows() {
    const names = this.steps.map(({ name }) => name);
    for (const [name, row] of this.rows) {
      if (names.includes(name)) continue;
      row.node.remove();
      this.rows.delete(name);
    }
    const focused = this.root.getRootNode().activeElement;
    names.forEach((name, i) => {
      if (!this.rows.has(name)) this.rows.set(name, new Row(name));
      const { node } = this.rows.get(name);
      if (this.list.children[i] !== node) this.list.insertBefore(node, this.list.children[i] ?? null);
    });
    if (this.list.contains(focused)) focused.focus({ preventScroll: true });
  }

  drawRows() {
    const { texts, language, lang } = this.data;
    const most = Math.max(1, ...this.steps.map(({ n_places: n }) => n ?? 0));
    for (const step of this.steps) {
      this.rows.get(step.name).update(step, { texts, most, isSelected: step.name === this.selected });
    }
    const at = this.steps.findIndex(({ name }) => name === this.selected);
    this.detail.node.hidden = at < 0;
    if (at < 0) return;
    const place = { isFirst: !this.canMove(this.selected, -1), isLast: !this.canMove(this.selected, 1) };
    this.detail.update(this.steps[at], { texts, language: tag(language ?? lang), ...place });
  }

  // what the reader does

  onClick(event) {
    const row = this.rows.get(event.target.closest("li")?.dataset.name);
    if (!row) return;
    this.selected = row.name;
    if (row.switch.contains(event.target)) this.toggle(row.name);
    this.draw();
  }

  toggle(name) {
    const step = this.steps.find((one) => one.name === name);
    if (!step.available) return;
    this.pending.switch(name, !step.on);
    this.api.trigger("toggle", { name, on: !step.on, n: ++this.events });
  }

  onKey(event) {
    const row = this.rows.get(event.target.closest("li")?.dataset.name);
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!row || (!by && !["Home", "End"].includes(event.key))) return;
    event.preventDefault();
    if (event.altKey) return by && this.moveSelected(by);
    const at = this.steps.findIndex(({ name }) => name === row.name);
    const last = this.steps.length - 1;
    const to = by ? Math.max(0, Math.min(last, at + by)) : event.key === "Home" ? 0 : last;
    this.selected = this.steps[to].name;
    this.draw();
    const next = this.rows.get(this.selected);
    (event.target === row.switch ? next.switch : next.button).focus();
  }

  /** Past the next step that is on: the others are not carried out, so that their places mean nothing. */
  moveSelected(by) {
    const row = this.rows.get(this.selected);
    if (!row || !this.canMove(row.name, by)) return;
    const passed = () => (by < 0 ? row.node.nextElementSibling : row.node.previousElementSibling);
    do shift(row.node, by);
    while (!passed().classList.contains("on"));
    this.commitMove(row.name);
  }

  canMove(name, by) {
    const on = this.steps.filter((step) => step.on).map((step) => step.name);
    const place = on.indexOf(name) + by;
    return on.includes(name) && place >= 0 && place < on.length;
  }

  /** The list stands as the reader wants it; steps that are off stay where they were, as they have no effect. */
  commitMove(name) {
    const isOn = new Set(this.steps.filter((step) => step.on).map((step) => step.name));
    const on = order(this.list).filter((one) => isOn.has(one));
    const names = this.steps.map((step) => (step.on ? on.shift() : step.name));
    const to = names.indexOf(name);
    this.selected = name;
    if (this.steps.every((step, i) => step.name === names[i])) return this.draw();
    this.pending.move(names);
    this.api.trigger("move", { name, to, n: ++this.events });
    this.draw();
    const { texts } = this.data;
    this.rows.get(name).node.scrollIntoView({ block: "nearest" });
    setText(this.spoken, fill(texts.moved, { step: texts[name] ?? name, place: to + 1 }));
  }

  destroy() {
    this.pending.forget();
  }
}

/** Characters or documents before and after all steps: the outline is before, the filled bar after. */
class Total {
  constructor(name) {
    this.name = name;
    this.node = element("div", "total");
    this.text = element("span");
    this.bar = element("i", "", null, { "aria-hidden": "true" });
    const track = element("span", "outline");
    track.append(this.bar);
    this.node.append(this.text, track);
  }

  update(totals, texts) {
    const before = totals[`${this.name}_before`];
    const after = totals[`${this.name}_after`];
    setText(this.text, fromTo(totals, this.name, texts));
    const share = before > 0 ? Math.min(1, (after ?? 0) / before) : 0;
    this.bar.style.width = `${100 * share}%`;
  }
}

function tag(language) {
  return language === "zh" ? "zh-Hans" : "en";
}
