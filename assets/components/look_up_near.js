/** The neighbours of a word at the step that the dock shows, asked for by itself; the last wish wins. */

const KEPT = 120; // answers
const N = 12;

export class Near {
  /** `changed()` is called when there is something new to draw. */
  constructor(changed) {
    this.changed = changed;
    this.known = new Map();
    this.answer = null; // {step, word, measure, rows}
    this.before = null; // the words of the answer before, of the same word
    this.problem = null;
    this.wish = null;
  }

  /** What to show: {api, run, step, word, measure, lang}, the step being a snapshot. */
  want({ api, run, step, word, measure, lang }) {
    if (step === null || step === undefined || !word) return;
    const query = new URLSearchParams({ word, n: N, measure, lang });
    const address = `${api}/runs/${encodeURIComponent(run)}/ask/neighbours/${step}?${query}`;
    if (address === this.wish) return;
    this.wish = address;
    if (this.known.has(address)) return this.take(address, this.known.get(address), step);
    this.ask(address, step);
  }

  /** Ask again for what the run has written anew. */
  forget() {
    this.known.clear();
    this.wish = null;
  }

  async ask(address, step) {
    if (this.isAsking) return; // `wish` is asked for when this answer has come
    this.isAsking = true;
    try {
      const reply = await fetch(address);
      const said = await reply.json();
      this.known.set(address, reply.ok ? said : { error: said.error });
      if (this.known.size > KEPT) this.known.delete(this.known.keys().next().value);
      if (address === this.wish) this.take(address, this.known.get(address), step);
    } catch (error) {
      console.warn(error); // the dock says that the server does not answer
      if (address === this.wish) this.wish = null;
    }
    this.isAsking = false;
    if (this.wish && this.wish !== address) {
      const next = this.wish;
      this.ask(next, Number(next.match(/neighbours\/(\d+)/)[1]));
    }
  }

  take(address, said, step) {
    this.problem = said.error ?? null;
    if (said.error) {
      this.answer = null;
      return this.changed();
    }
    const isSame = this.answer && this.answer.word === said.word && this.answer.measure === said.measure;
    this.before = isSame && this.answer.step !== step ? this.answer.rows.map(({ word }) => word) : null;
    this.answer = { ...said, step };
    this.changed();
  }

  /** Rows as `Bars` draws them; what has changed since the step before is ▲2, ▼1 or the sign of a new one. */
  rows(texts) {
    if (!this.answer) return [];
    const { rows, measure } = this.answer;
    const far = Math.max(1e-9, ...rows.map(({ distance }) => distance));
    const isFar = measure === "euclidean";
    return rows.map((row, i) => ({
      word: row.word,
      share: isFar ? row.distance / far : row.cosine,
      value: (isFar ? row.distance : row.cosine).toFixed(2),
      note: this.moved(row.word, i, texts),
    }));
  }

  moved(word, i, texts) {
    const was = this.before?.indexOf(word);
    if (was === undefined || was === i) return "";
    if (was < 0) return texts.came;
    return was > i ? `▲${was - i}` : `▼${i - was}`;
  }
}
