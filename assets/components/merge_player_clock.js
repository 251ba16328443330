/** The pace of the film: two merges a second at first, twice as many every few seconds. */

const START = 2; // merges a second
const DOUBLES_S = 4;
const SHORTEST_S = 8; // never so fast that all merges are over sooner

export class Clock {
  /** `tick(by)`: so many merges are due; it answers whether there are more. */
  constructor(tick) {
    this.tick = tick;
    this.frame = 0;
  }

  get isRunning() {
    return this.frame !== 0;
  }

  start(n) {
    this.stop();
    this.most = Math.max(START, n / SHORTEST_S);
    this.due = 1; // the first merge comes at once
    this.began = this.before = performance.now();
    this.frame = requestAnimationFrame((now) => this.onFrame(now));
  }

  onFrame(now) {
    const seconds = Math.max(0, now - this.before) / 1000;
    this.before = now;
    this.due += Math.min(seconds, 0.5) * Math.min(this.most, START * 2 ** ((now - this.began) / 1000 / DOUBLES_S));
    this.frame = requestAnimationFrame((next) => this.onFrame(next));
    const whole = Math.floor(this.due);
    if (!whole) return;
    this.due -= whole;
    if (!this.tick(whole)) this.stop();
  }

  stop() {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
  }
}
