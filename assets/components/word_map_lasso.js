/** The lasso of the map: a mode, the words it has taken, and the list of them in the corner. */

import { counted } from "./counted.js";
import { KeyLoop, inside } from "./map_lasso.js";
import { Choice } from "./word_map_choice.js";

const SENT_MOST = 200; // words that Python hears of

/** Belongs to a `WordMap`. `chosen` are the indices inside the loop, or null; `keyLoop` is the circle that keys move. */
export class Lasso {
  constructor(map) {
    this.map = map;
    this.chosen = null;
    this.keyLoop = null;
    this.choice = new Choice((i) => map.pin(map.frame.words[i]), () => this.end());
  }

  get isOn() {
    return this.map.view.pointer.isLasso;
  }

  set(isOn, byKeys = false) {
    const { view, stage, tools } = this.map;
    view.pointer.isLasso = isOn;
    const { clientWidth, clientHeight } = view.surface;
    this.keyLoop = isOn && byKeys ? new KeyLoop(clientWidth, clientHeight) : null;
    view.loop = this.keyLoop?.points ?? null;
    stage.classList.toggle("lasso", isOn);
    tools.press("lasso", isOn);
    this.map.sayHint();
    view.redraw();
  }

  /** Takes the words inside a loop, the most frequent first. */
  take(points) {
    const { frame, view, data } = this.map;
    const found = inside(points, view.spots, frame.n);
    const { ranks } = frame.list;
    if (ranks) found.sort((a, b) => ranks[a] - ranks[b]);
    this.chosen = found.length ? found : null;
    this.set(false);
    const words = found.map((i) => ({ i, word: frame.words[i] }));
    this.choice.show(this.chosen && words, data.texts);
    this.map.speak(counted(data.texts, "chosen", found.length));
    this.map.send("lasso", { words: words.slice(0, SENT_MOST).map(({ word }) => word) });
    this.map.relight();
  }

  end() {
    this.set(false);
    if (!this.chosen) return;
    this.forget();
    this.map.send("lasso", { words: [] });
    this.map.relight();
  }

  forget() {
    this.chosen = null;
    this.choice.show(null);
  }
}
