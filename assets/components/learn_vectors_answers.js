/** What one update does, asked for by the component itself at the step of the dock; the last wish wins. */

const KEPT = 80;

export class Answers {
  constructor(changed) {
    this.changed = changed;
    this.known = new Map();
    this.answer = null;
    this.problem = null;
    this.wish = null;
  }

  /** `query`: {centre, context, nth, draw, lang} at a snapshot of a run. */
  want(api, run, step, query) {
    if (step === null || step === undefined) return;
    const address = `${api}/runs/${encodeURIComponent(run)}/ask/learn/${step}?${new URLSearchParams(query)}`;
    if (address === this.wish) return;
    this.wish = address;
    if (this.known.has(address)) this.take(this.known.get(address));
    else this.ask();
  }

  forget() {
    this.known.clear();
    this.wish = null;
  }

  async ask() {
    if (this.isAsking) return; // what is wished by then is asked for afterwards
    const address = this.wish;
    this.isAsking = true;
    try {
      const reply = await fetch(address);
      const said = await reply.json();
      this.known.set(address, said);
      if (this.known.size > KEPT) this.known.delete(this.known.keys().next().value);
      if (address === this.wish) this.take(said);
    } catch (error) {
      console.warn(error); // the dock says that the server does not answer
      if (address === this.wish) this.wish = null;
    }
    this.isAsking = false;
    if (this.wish && this.wish !== address && !this.known.has(this.wish)) this.ask();
  }

  take(said) {
    this.problem = said.error ?? null;
    this.answer = said.error ? this.answer : said;
    this.changed();
  }
}
