/** What the reader has just chosen: shown at once, until the server says the same or has had its time. */

const PATIENCE_MS = 10_000; // cleaning a large text takes seconds

export class Pending {
  /** `lapse()` is called when an answer did not come in time, so that the truth is shown again. */
  constructor(lapse) {
    this.lapse = lapse;
    this.forget();
  }

  get isWaiting() {
    return this.switched.size > 0 || this.order !== null;
  }

  switch(name, on) {
    this.switched.set(name, on);
    this.wait();
  }

  move(order) {
    this.order = order;
    this.wait();
  }

  wait() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.forget();
      this.lapse();
    }, PATIENCE_MS);
  }

  forget() {
    clearTimeout(this.timer);
    this.switched = new Map(); // name → on
    this.order = null; // names
  }

  /** `steps` of the server as the reader wants them; a wish that has come true is dropped. */
  applied(steps) {
    const known = new Map(steps.map((step) => [step.name, step]));
    for (const [name, on] of this.switched) {
      if (!known.has(name) || known.get(name).on === on) this.switched.delete(name);
    }
    const order = this.order?.filter((name) => known.has(name)) ?? [];
    const isOld = order.length !== steps.length || steps.every(({ name }, i) => name === order[i]);
    if (isOld) this.order = null;
    if (!this.isWaiting) this.forget();
    const ordered = isOld ? steps : order.map((name) => known.get(name));
    return ordered.map((step) => ({ ...step, on: this.switched.get(step.name) ?? step.on }));
  }
}
