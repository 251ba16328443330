/** Pointer and keys on the map: which word is meant, and whether a press was a click or a drag. */

const REACH_PX = 14; // a point this near to the pointer is meant
const CLICK_PX = 4; // a pointer that moved further was a drag

/**
 * Listens on `stage`. `wordAt(x, y)` is asked for the word at a place of the stage (-1 for none); `hover(index)`,
 * `pick(index)` and `release()` are told. `isDown` is true while the pointer is pressed.
 */
export class Pointer {
  constructor(stage, actions) {
    this.stage = stage;
    this.actions = actions;
    this.isDown = false;
    this.pressed = null;
    this.lift = (event) => this.onLift(event);
    stage.addEventListener("pointermove", (event) => actions.hover(this.isDown ? -1 : this.wordUnder(event)));
    stage.addEventListener("pointerleave", () => actions.hover(-1));
    stage.addEventListener("pointerdown", (event) => this.onPress(event), { capture: true });
    // Plotly covers the page during a drag, so the end of it is heard on the window.
    window.addEventListener("pointerup", this.lift, { capture: true });
    window.addEventListener("pointercancel", this.lift, { capture: true });
  }

  wordUnder(event) {
    const box = this.stage.getBoundingClientRect();
    return this.actions.wordAt(event.clientX - box.left, event.clientY - box.top);
  }

  onPress(event) {
    this.pressed = { x: event.clientX, y: event.clientY, index: this.wordUnder(event) };
    this.isDown = true;
    this.stage.focus({ preventScroll: true });
  }

  onLift(event) {
    if (!this.isDown) return;
    this.isDown = false;
    const { x, y, index } = this.pressed;
    const isClick = event.type === "pointerup" && Math.hypot(event.clientX - x, event.clientY - y) <= CLICK_PX;
    if (isClick && index >= 0) this.actions.pick(index);
    this.actions.release();
  }

  stop() {
    window.removeEventListener("pointerup", this.lift, { capture: true });
    window.removeEventListener("pointercancel", this.lift, { capture: true });
  }
}

/** Index of the nearest point within reach, or -1. */
export function nearestWord(pixels, x, y) {
  let best = -1;
  let least = REACH_PX ** 2;
  for (let i = 0; i < pixels.x.length; i++) {
    const distance = (pixels.x[i] - x) ** 2 + (pixels.y[i] - y) ** 2;
    if (distance < least) {
      least = distance;
      best = i;
    }
  }
  return best;
}
