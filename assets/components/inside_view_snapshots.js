/** Tokens and heads of the model at the snapshot of the dock, fetched by the component; the last wish wins. */

const KEPT = 60;
const RETRY_MS = 1500;

export class Snapshots {
  constructor(changed) {
    this.changed = changed;
    this.known = new Map(); // address → answer
    this.answer = null;
    this.problem = null;
    this.wish = null;
    this.run = null;
  }

  get isStale() {
    return Boolean(this.answer && this.wish && !this.known.has(this.wish));
  }

  /** The newest snapshot that is not after the dock's step; null follows the run. */
  follow({ api, run, lang }, state, step) {
    if (run !== this.run || state.revision !== this.revision) {
      this.known.clear();
      if (run !== this.run) this.answer = null;
      [this.run, this.revision, this.wish, this.problem] = [run, state.revision, null, null];
    }
    const upTo = (state.snapshots ?? []).filter((snapshot) => step === null || snapshot <= step);
    if (!upTo.length) return;
    const at = Math.max(...upTo);
    const address = `${api}/runs/${encodeURIComponent(run)}/inside/${at}?lang=${lang}`;
    if (address === this.wish) return;
    this.wish = address;
    if (this.known.has(address)) this.take(this.known.get(address));
    else this.ask();
  }

  async ask() {
    if (this.isAsking) return; // what is wished by then is asked for afterwards
    const address = this.wish;
    this.isAsking = true;
    try {
      const reply = await fetch(address);
      const said = await reply.json();
      if (!said.error) this.keep(address, said);
      if (address === this.wish) this.take(said);
    } catch (error) {
      console.warn(error); // the dock says that the server does not answer
      if (address === this.wish) setTimeout(() => this.again(address), RETRY_MS);
    }
    this.isAsking = false;
    if (this.wish && this.wish !== address && !this.known.has(this.wish)) this.ask();
  }

  again(address) {
    if (address === this.wish) this.ask();
  }

  keep(address, said) {
    this.known.set(address, said);
    if (this.known.size > KEPT) this.known.delete(this.known.keys().next().value);
  }

  take(said) {
    this.problem = said.error ?? null;
    this.answer = said.error ? this.answer : said;
    this.changed();
  }
}
