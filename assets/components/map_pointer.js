/** What the pointer does on a map: hover, click, drag, wheel, pinch, double click. */

const CLICK_PX = 4; // a pointer that moved further was a drag
const WHEEL = 0.0016; // log of the zoom for one px of the wheel
const LINE_PX = 32; // of a wheel that counts in lines
const LOOP_PX = 3; // between two corners of a loop

/**
 * `actions`: hover(x, y or null), click(x, y, isShift), drag(dx, dy), zoom(factor, x, y), reset(), loop(points, isDone),
 * release(). `isLasso` makes a drag draw a loop; `isDown` is true while the pointer is pressed.
 */
export class Pointer {
  constructor(surface, actions) {
    this.surface = surface;
    this.actions = actions;
    this.isLasso = false;
    this.down = new Map(); // pointerId → [x, y]
    const listen = (name, act, options) => surface.addEventListener(name, act, options);
    listen("pointerdown", (event) => this.press(event));
    listen("pointermove", (event) => this.move(event));
    listen("pointerup", (event) => this.lift(event));
    listen("pointercancel", (event) => this.lift(event));
    listen("pointerleave", () => this.isDown || actions.hover(null));
    listen("dblclick", () => actions.reset());
    listen("wheel", (event) => this.wheel(event), { passive: false });
  }

  get isDown() {
    return this.down.size > 0;
  }

  placeOf(event) {
    const box = this.surface.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  press(event) {
    if (event.button > 0) return;
    const place = this.placeOf(event);
    this.surface.setPointerCapture?.(event.pointerId);
    this.down.set(event.pointerId, place);
    this.begin = place;
    this.isDrag = this.down.size > 1;
    this.loop = [place];
  }

  move(event) {
    const place = this.placeOf(event);
    const before = this.down.get(event.pointerId);
    if (!before) return this.actions.hover(...place);
    const far = Math.hypot(place[0] - this.begin[0], place[1] - this.begin[1]) > CLICK_PX;
    if (far && !this.isDrag) this.actions.hover(null);
    this.isDrag ||= far;
    if (!this.isDrag) return;
    if (this.down.size === 2) this.pinch(event.pointerId, before, place);
    else if (this.isLasso) this.draw(place);
    else this.actions.drag(place[0] - before[0], place[1] - before[1]);
    this.down.set(event.pointerId, place);
  }

  draw(place) {
    const [x, y] = this.loop.at(-1);
    if (Math.hypot(place[0] - x, place[1] - y) < LOOP_PX) return;
    this.loop.push(place);
    this.actions.loop(this.loop, false);
  }

  pinch(id, before, place) {
    const [, other] = [...this.down].find(([one]) => one !== id);
    const apart = (a) => Math.max(1, Math.hypot(a[0] - other[0], a[1] - other[1]));
    this.actions.zoom(apart(place) / apart(before), (place[0] + other[0]) / 2, (place[1] + other[1]) / 2);
    this.actions.drag((place[0] - before[0]) / 2, (place[1] - before[1]) / 2, true);
  }

  lift(event) {
    if (!this.down.delete(event.pointerId)) return;
    if (this.isDown) return;
    const isUp = event.type === "pointerup";
    if (isUp && this.isLasso && this.loop.length > 2) this.actions.loop(this.loop, true);
    else if (isUp && !this.isDrag) this.actions.click(...this.placeOf(event), event.shiftKey);
    this.actions.release();
  }

  wheel(event) {
    event.preventDefault();
    const px = event.deltaMode === 1 ? LINE_PX * event.deltaY : event.deltaY;
    this.actions.zoom(Math.exp(-WHEEL * Math.max(-300, Math.min(300, px))), ...this.placeOf(event));
  }
}
