/** The passage as pieces: the ones just made are filled, the two that are joined next are underlined. */

import { element } from "./dom.js";
import { ranksOf, wordAt } from "./merge_player_words.js";
import { shown } from "./token_rows_labels.js";

const MAY_BREAK = "\u200b";
const LONG_WORD = 18; // symbols; a longer word may break inside
const HAN = /\p{Script=Han}/u; // and so may one without spaces around it

export class Passage {
  constructor() {
    this.node = element("div", "passage", null, { tabindex: "0", role: "group", dir: "ltr" });
    this.words = [];
  }

  /** Another passage or other merges. */
  hold(words, merges) {
    this.merges = merges;
    this.ranks = ranksOf(merges);
    this.words = words.map((symbols) => ({ symbols, id: symbols.join("\n"), key: "", node: element("span", "word") }));
    const parts = document.createDocumentFragment();
    for (const { node, symbols } of this.words) {
      node.classList.toggle("run", symbols.length > LONG_WORD || symbols.some((symbol) => HAN.test(symbol)));
      parts.append(node, MAY_BREAK);
    }
    this.node.replaceChildren(parts);
    this.node.scrollTop = 0;
  }

  /** Draws the passage after `n` merges and returns {pieces, made}: how many there are, how many are new. */
  show(n) {
    const states = new Map(); // by word: many words of a text are the same
    const counts = { pieces: 0, made: 0 };
    for (const word of this.words) {
      if (!states.has(word.id)) states.set(word.id, this.stateOf(word.symbols, n));
      const { pieces, key, made } = states.get(word.id);
      counts.pieces += pieces.length;
      counts.made += made;
      if (key !== word.key) this.draw(word, pieces, key, n);
    }
    return counts;
  }

  stateOf(symbols, n) {
    const pieces = wordAt(symbols, this.merges, this.ranks, n);
    const isNew = (piece) => n > 0 && piece.made === n - 1;
    const key = pieces.map((piece) => `${piece.text}\t${isNew(piece)}\t${piece.next}`).join("\n");
    return { pieces, key, made: pieces.filter(isNew).length };
  }

  draw(word, pieces, key, n) {
    word.key = key;
    const isRun = word.node.classList.contains("run");
    const parts = pieces.flatMap((piece) => (isRun ? [pieceOf(piece, n), MAY_BREAK] : [pieceOf(piece, n)]));
    word.node.replaceChildren(...parts);
  }

  /** Scrolls to the first new piece, when none of the new ones can be seen. */
  reveal() {
    const made = [...this.node.querySelectorAll(".made")];
    const { scrollTop, clientHeight } = this.node;
    const bottom = scrollTop + clientHeight;
    const isSeen = (piece) => piece.offsetTop >= scrollTop && piece.offsetTop + piece.offsetHeight <= bottom;
    if (made.length && !made.some(isSeen)) this.node.scrollTop = made[0].offsetTop - clientHeight / 2;
  }
}

function pieceOf({ text, made, next }, n) {
  const piece = element("span", "piece", shown(text));
  if (n > 0 && made === n - 1) piece.classList.add("made");
  if (next) piece.classList.add(next === 1 ? "next-left" : "next-right");
  return piece;
}
