/** The nearest words of one word as a list of bars; a click goes on to that word. */

import { element, setText } from "./dom.js";
import { isNumber } from "./numbers.js";
import { fill } from "./texts.js";
import { visible } from "./token_text.js";

/** @returns {{update(data: object): void, destroy(): void}} */
export function mount(root, api) {
  const heading = element("p", "heading");
  const list = element("ul", "list");
  root.replaceChildren(heading, list);
  let known = "";
  let clicks = 0;
  const pick = (word) => api.trigger("word", { word, n: ++clicks });

  function update({ lang, rows = [], texts }) {
    root.lang = lang === "zh" ? "zh-Hans" : "en";
    setText(heading, rows.length ? texts.heading : texts.empty);
    const said = JSON.stringify([rows, lang]);
    if (said === known) return;
    known = said;
    const focused = [...list.children].findIndex((item) => item.contains(root.getRootNode().activeElement));
    list.replaceChildren(...rows.map((row) => line(row, texts, pick)));
    list.children[focused]?.firstChild.focus();
  }

  return { update, destroy: () => root.replaceChildren() };
}

/** One word, its bar and its cosine, all of it one button. */
function line({ word, cosine }, texts, pick) {
  const figure = isNumber(cosine) ? cosine.toFixed(2) : "–";
  const button = element("button", "row", null, { "aria-label": fill(texts.row, { word, cosine: figure }) });
  const track = element("span", "track");
  const bar = element("i");
  bar.style.width = `${100 * Math.max(0, Math.min(1, cosine || 0))}%`;
  track.append(bar);
  button.append(element("span", "text", visible(word), { title: word }), track, element("span", "number", figure));
  button.addEventListener("click", () => pick(word));
  const item = element("li");
  item.append(button);
  return item;
}
