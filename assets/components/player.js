/** Walks a run's knob through its snapshots, like a film. One player for each run, whoever starts it. */

const REST_MS = 5000; // at the end, before a looping film starts again

const players = new WeakMap();

/** The player of a feed. */
export function playerFor(feed) {
  if (!players.has(feed)) players.set(feed, new Player(feed));
  return players.get(feed);
}

class Player {
  constructor(feed) {
    this.feed = feed;
    this.owner = null; // who plays; null when nobody does
    this.timer = 0;
  }

  get playing() {
    return this.owner !== null;
  }

  /** Shows `steps` one after the other, from the step shown now, or from the first one at the end. */
  start(owner, steps, { interval, loop = false }) {
    this.stop();
    if (!steps.length) return;
    this.owner = owner;
    const now = this.feed.step;
    const next = now === null ? 0 : steps.findIndex((step) => step > now);
    this.show(steps, Math.max(0, next), interval, loop);
    this.feed.tell("play");
  }

  stop() {
    clearTimeout(this.timer);
    if (!this.playing) return;
    this.owner = null;
    this.feed.tell("play");
  }

  show(steps, index, interval, loop) {
    const last = index === steps.length - 1;
    this.feed.select(last ? null : steps[index]);
    const goOn = () => (last ? this.end(steps, interval, loop) : this.show(steps, index + 1, interval, loop));
    this.timer = setTimeout(goOn, last && loop ? REST_MS : interval);
  }

  end(steps, interval, loop) {
    if (loop) return this.show(steps, 0, interval, loop);
    this.stop();
    this.feed.select(null, { commit: true });
  }
}
