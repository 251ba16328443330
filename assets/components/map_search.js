/** Finds words by a regular expression, in a worker, so that no pattern can stop the page. */

const PATIENCE_MS = 800;

/** `find(list, pattern)` → {found: [index]} or {problem: "invalid" | "slow"}; null when a newer search has replaced it. */
export class Search {
  constructor() {
    this.worker = null;
    this.list = null;
    this.n = 0;
    this.finish = () => {};
  }

  async find(list, pattern) {
    this.finish(null);
    try {
      new RegExp(pattern, "iu");
    } catch {
      return { problem: "invalid" };
    }
    return new Promise((resolve) => this.ask(list, pattern, resolve));
  }

  ask(list, pattern, resolve) {
    const n = ++this.n;
    const timer = setTimeout(() => this.giveUp(), PATIENCE_MS);
    this.finish = (answer) => {
      clearTimeout(timer);
      this.finish = () => {};
      resolve(answer);
    };
    this.begin();
    this.worker.onmessage = ({ data }) => data.n === n && this.finish({ found: data.found });
    this.worker.onerror = () => this.giveUp();
    this.worker.postMessage({ n, pattern, words: list === this.list ? null : list.words });
    this.list = list;
  }

  begin() {
    this.worker ??= new Worker(new URL("./map_search_worker.js", import.meta.url), { type: "module" });
  }

  giveUp() {
    this.end();
    this.finish({ problem: "slow" });
  }

  end() {
    this.worker?.terminate();
    this.worker = null;
    this.list = null;
  }
}
