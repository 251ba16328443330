/** One shared poller for each run: all components of a page see the same state and the same selected step. */

const ACTIVE = ["queued", "starting", "running", "paused"];
const FAST_MS = 250;
const SLOW_MS = 1500;
const LONGEST_WAIT_MS = 8000;
const HURRY_MS = 6000; // after a command, and while a run that was just queued may start
const FEEDS_KEPT = 12;

const feeds = new Map();

/** The feed of a run. It polls while somebody is subscribed, and keeps its points and its step after that. */
export function feedFor(api, runId) {
  const key = `${api} ${runId}`;
  if (!feeds.has(key)) {
    forgetIdleFeeds();
    feeds.set(key, new Feed(api, runId));
  }
  return feeds.get(key);
}

/** True while a run can still get new points. */
export function isActive(state) {
  return ACTIVE.includes(state?.status);
}

class Feed {
  constructor(api, runId) {
    this.address = `${api}/runs/${encodeURIComponent(runId)}/live`;
    this.state = null; // the reply of the server, with all points so far; null before the first one
    this.step = null; // the snapshot to show; null = the last one, following the run
    this.hovered = null; // the step under the pointer, on whichever component it is
    this.problem = null; // null, "offline" (no usable answer) or "missing" (no such run)
    this.subscribers = new Set();
    this.timer = 0;
    this.asking = false;
    this.failures = 0;
    this.refetch = false; // the next question asks for all points
    this.hurryUntil = 0;
  }

  /** `callback(state, reason)`, the reason as in README.md. Returns unsubscribe. */
  subscribe(callback) {
    this.subscribers.add(callback);
    if (this.subscribers.size === 1) this.wake();
    if (this.state) callback(this.state, "state");
    return () => {
      this.subscribers.delete(callback);
      if (!this.subscribers.size) clearTimeout(this.timer);
    };
  }

  /** Show a step everywhere (null = live). `commit` says that this is the place where the reader let go. */
  select(step, { commit = false } = {}) {
    if (step === this.step && !commit) return;
    this.step = step;
    this.tell(commit ? "commit" : "select");
  }

  /** Shares the step under the pointer, or null. */
  hover(step) {
    if (step === this.hovered) return;
    this.hovered = step;
    this.tell("hover");
  }

  /** Ask now, and often for a while: a command was sent, or the run may have been continued. */
  hurry() {
    this.hurryUntil = performance.now() + HURRY_MS;
    this.wake();
  }

  /** Ask now, unless a question is under way. */
  wake() {
    this.schedule(0);
  }

  schedule(wait) {
    clearTimeout(this.timer);
    if (this.subscribers.size && !this.asking) this.timer = setTimeout(() => this.poll(), wait);
  }

  async poll() {
    if (document.hidden) return; // the visibility listener below wakes all feeds
    this.asking = true;
    let wait;
    try {
      wait = this.take(await this.ask());
      this.failures = 0;
      this.setProblem(null);
    } catch (error) {
      this.failures += 1;
      this.setProblem(error.missing ? "missing" : "offline");
      wait = Math.min(LONGEST_WAIT_MS, FAST_MS * 2 ** this.failures);
    }
    this.asking = false;
    if (wait !== null) this.schedule(wait);
  }

  async ask() {
    const { step = [] } = this.state?.points ?? {};
    const since = this.refetch ? -1 : (step.at(-1) ?? -1);
    const revision = this.state?.revision ?? -1;
    const reply = await fetch(`${this.address}?since=${since}&revision=${revision}`);
    const isJson = (reply.headers.get("content-type") ?? "").includes("json");
    if (reply.ok && isJson) return reply.json();
    const missing = reply.status === 404 && isJson;
    throw Object.assign(new Error(`${this.address}: ${reply.status}`), { missing });
  }

  /** Merges a reply; returns how long to wait before the next question, null when there is none to ask. */
  take(reply) {
    const known = this.state;
    if (known && known.revision !== reply.revision && !this.refetch) {
      this.refetch = true;
      known.revision = reply.revision;
      return 0;
    }
    if (!known && reply.status === "queued") this.hurryUntil = performance.now() + HURRY_MS;
    const points = known && !this.refetch ? append(known.points, reply.points) : reply.points;
    this.refetch = false;
    this.state = { ...reply, points };
    this.call("state");
    return this.waitAfter(reply);
  }

  waitAfter(reply) {
    const resting = reply.status === "paused" || reply.status === "queued";
    if (performance.now() < this.hurryUntil) return FAST_MS;
    if (!isActive(reply)) return reply.points.step.length ? FAST_MS : null;
    return resting ? SLOW_MS : FAST_MS;
  }

  setProblem(problem) {
    if (problem === this.problem) return;
    this.problem = problem;
    this.call("problem");
  }

  tell(reason) {
    if (this.state) this.call(reason);
  }

  /** A component that fails to draw must not stop the others. */
  call(reason) {
    for (const callback of [...this.subscribers]) {
      try {
        callback(this.state, reason);
      } catch (error) {
        console.error(error);
      }
    }
  }
}

/** Adds the new points to the old ones in place; points known already are left out. */
function append(known, fresh) {
  const last = known.step.at(-1) ?? -1;
  fresh.step.forEach((step, i) => {
    if (step <= last) return;
    for (const name of Object.keys(known)) known[name].push(fresh[name][i]);
  });
  return known;
}

/** Keeps one subscription for a component: `to` moves it to another run, or to none. */
export class Subscription {
  constructor(callback) {
    this.callback = callback;
    this.feed = null;
    this.stop = () => {};
  }

  /** Follows a run; `runId` null follows none. Returns true when the run is another one than before. */
  to(api, runId) {
    const feed = runId ? feedFor(api, runId) : null;
    if (feed === this.feed) return false;
    this.stop();
    this.feed = feed;
    this.stop = feed ? feed.subscribe(this.callback) : () => {};
    return true;
  }
}

function forgetIdleFeeds() {
  for (const [key, feed] of feeds) {
    if (feeds.size < FEEDS_KEPT) return;
    if (!feed.subscribers.size) feeds.delete(key);
  }
}

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) feeds.forEach((feed) => feed.wake());
});
