/** Beside the map: words to try, and the neighbours that the word's one vector has, whatever its sentence. */

import { element, setText } from "./dom.js";
import { loss as twoDigits } from "./numbers.js";
import { fill } from "./texts.js";

const TRIED = 6;

export class Aside {
  constructor(choose) {
    this.choose = choose;
    this.node = element("div", "aside");
    this.found = element("p", "found");
    this.tryName = element("p", "quiet name try");
    this.words = element("div", "words");
    this.staticName = element("p", "quiet name");
    this.neighbours = element("ul", "neighbours");
    this.node.append(this.found, this.staticName, this.neighbours, this.tryName, this.words);
  }

  update(data) {
    const { texts, word, words = [], neighbours, places = [], n_found: found, skipped, typed } = data;
    const source = JSON.stringify([word, words, neighbours, places.length, found, skipped, data.lang]);
    if (source === this.source) return;
    this.source = source;
    const name = typed ? "in_typed" : found > places.length ? "in_some" : "in_all";
    const said = fill(texts[name], { word, n: places.length, found });
    setText(this.found, skipped ? `${said} ${fill(texts[skipped === 1 ? "skipped_one" : "skipped"], { n: skipped })}` : said);
    setText(this.tryName, texts.try);
    this.tryName.hidden = typed || !words.length;
    this.words.hidden = this.tryName.hidden;
    const others = words.filter((other) => other !== word).slice(0, TRIED);
    this.words.replaceChildren(...others.map((other) => this.button(other)));
    const rows = neighbours?.rows ?? [];
    setText(this.staticName, fill(rows.length ? texts.one_vector : texts.no_vector, { word }));
    this.neighbours.replaceChildren(...rows.map(line));
  }

  button(word) {
    const button = element("button", "plain text", word, { type: "button" });
    button.addEventListener("click", () => this.choose(word));
    return button;
  }
}

function line({ word, cosine }) {
  const item = element("li");
  item.append(element("span", "text", word, { title: word }), element("span", "number", twoDigits(cosine)));
  return item;
}
