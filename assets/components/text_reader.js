/** Text, Read: the corpus in figures, the whole of it as one strip, and below it a document or a concordance. */

import { onThemeChange } from "./colours.js";
import { counted } from "./counted.js";
import { element, setText } from "./dom.js";
import { isNumber } from "./numbers.js";
import { Concordance } from "./text_reader_concordance.js";
import { DocumentPage } from "./text_reader_document.js";
import { listed } from "./text_reader_places.js";
import { Strip } from "./text_reader_strip.js";
import { fill } from "./texts.js";

const PIECE = 20_000; // characters of a document that are shown at once
const BEFORE_HIT = 2_000; // of them, what is shown before a hit that was opened

/** @returns {{update(data: object): void, destroy(): void}} */
export function mount(root, api) {
  const view = new TextReader(root, api);
  return { update: (data) => view.update(data), destroy: () => view.destroy() };
}

class TextReader {
  constructor(root, api) {
    this.root = root;
    this.api = api;
    this.clicks = 0;
    this.target = null; // { i, start } that was asked for
    this.isReading = true; // else the concordance is shown
    this.build();
    this.resizing = new ResizeObserver(() => this.strip.redraw());
    this.resizing.observe(this.strip.node);
    this.stopTheme = onThemeChange(root, () => this.strip.redraw());
    document.fonts?.ready.then(() => this.strip.redraw());
  }

  build() {
    this.facts = element("p", "facts");
    this.constructed = element("p", "constructed");
    this.strip = new Strip(this.root, (i, start) => this.open(i, start));
    this.page = new DocumentPage({ open: (i, start) => this.open(i, start), back: () => this.back() });
    this.concordance = new Concordance((hit) => this.open(hit.i, hit.start, true));
    this.count = element("p", "count", null, { role: "status" });
    this.found = element("div", "found");
    this.found.append(this.count, this.concordance.node);
    this.panel = element("div", "stage below-strip panel");
    this.panel.append(this.facts, this.constructed, this.strip.node, this.found, this.page.node);
    this.root.replaceChildren(this.panel);
  }

  update(data) {
    this.data = data = { ...data, corpus: data.corpus ?? {}, documents: data.documents ?? [] };
    this.root.lang = tag(data.lang);
    this.showFacts();
    this.strip.update(data, data.texts);
    this.showSearch();
    this.arrive();
    this.draw();
  }

  showFacts() {
    const { corpus, texts } = this.data;
    const known = (name) => isNumber(corpus[`n_${name}`]);
    const parts = [
      ...["documents", "characters", "words"].map((name) => known(name) && counted(texts, name, corpus[`n_${name}`])),
      texts[corpus.language] ?? corpus.language,
      corpus.licence && fill(texts.licence, { licence: corpus.licence }),
      corpus.source && fill(texts.source, { source: corpus.source }),
    ].filter(Boolean);
    const key = JSON.stringify([corpus.name, parts]);
    setText(this.constructed, texts.constructed);
    this.constructed.hidden = !corpus.constructed;
    if (key === this.factsKey) return;
    this.factsKey = key;
    const name = element("b", "", corpus.name ?? "", { dir: "auto", title: corpus.name ?? "" });
    this.facts.replaceChildren(name, ...parts.map((part) => element("span", "", part, { title: part })));
  }

  showSearch() {
    const { search, corpus, texts } = this.data;
    const key = JSON.stringify([search ?? null, texts.hits]);
    if (key === this.searchKey) return;
    this.searchKey = key;
    this.isReading = !search?.n_hits;
    this.target = null;
    if (!search) return;
    setText(this.count, countOf(search, texts));
    this.concordance.show(search.hits ?? [], tag(corpus.language), texts);
  }

  /** Asks for document `i`; of a long one, for the piece that begins at `start`, or a little before a hit there. */
  open(i, start = null, isHit = false) {
    if (i === undefined) return;
    this.target = { i, start, isHit };
    this.isLeaving = true;
    this.strip.mark(i);
    const listing = this.strip.places[listed(this.strip.places, i)];
    const isLong = listing?.n_characters > PIECE;
    const from = Math.max(0, (start ?? 0) - (isHit ? BEFORE_HIT : 0));
    this.api.trigger("document", { i, ...(isLong && { start: from }), n: ++this.clicks });
    if (!isLong || this.isShown(start ?? 0)) this.arrive();
    this.draw();
  }

  isShown(start) {
    const { start: from = 0, text } = this.data.document ?? {};
    return start >= from && start < from + (text?.length ?? 0);
  }

  /** Turns to the document once it is the one that was asked for. */
  arrive() {
    if (!this.isLeaving || this.data.document?.i !== this.target?.i) return;
    this.isLeaving = false;
    this.isReading = true;
  }

  back() {
    this.isReading = false;
    this.draw();
    this.concordance.focus(this.concordance.current);
  }

  draw() {
    const { data } = this;
    const places = this.strip.places;
    const at = listed(places, data.document?.i);
    const asked = this.strip.opened; // where the next step starts, before the document has arrived
    const isInVain = Boolean(data.search) && !data.search.n_hits;
    this.page.node.hidden = !this.isReading || !data.document;
    this.found.hidden = this.isReading && !isInVain;
    this.found.classList.toggle("vain", isInVain);
    this.page.node.classList.toggle("stale", Boolean(this.isLeaving));
    this.page.update({
      ...data,
      target: this.target?.isHit ? this.target : null,
      language: tag(data.corpus.language),
      nDocuments: data.corpus.n_documents ?? data.documents.length,
      listed: places[at]?.i === data.document?.i ? places[at] : null,
      neighbours: [places[asked - 1]?.i, places[asked + 1]?.i],
    });
  }

  destroy() {
    this.strip.destroy();
    this.resizing.disconnect();
    this.stopTheme();
  }
}

/** "1,204 hits in 86 documents; the first 200 are shown". */
function countOf({ query: asked, n_hits: n, n_documents: documents, hits, truncated }, texts) {
  const query = `\u2068${asked}\u2069`; // kept apart from the direction of the sentence
  if (!n) return fill(texts.no_hits, { query });
  const found = { hits: counted(texts, "hits", n), documents: counted(texts, "documents", documents) };
  const all = fill(texts.found, { query, ...found });
  return truncated ? all + fill(texts.first_shown, { n: hits.length }) : all;
}

function tag(language) {
  return language === "zh" ? "zh-Hans" : (language ?? "en");
}
