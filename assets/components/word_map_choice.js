/** The words inside the lasso, as a list in the corner; a click pins one. */

import { counted } from "./counted.js";
import { element, setText } from "./dom.js";
import { visible } from "./token_text.js";

const LISTED_MOST = 200;

export class Choice {
  /** `pick(index)` and `close()` are told. */
  constructor(pick, close) {
    this.pick = pick;
    this.title = element("b", "title");
    this.closer = element("button", "plain", null, { type: "button" });
    this.closer.addEventListener("click", close);
    const head = element("div", "head");
    head.append(this.title, this.closer);
    this.list = element("ul", "list", null, { tabindex: "-1" });
    this.node = element("section", "choice");
    this.node.append(head, this.list);
    this.node.hidden = true;
  }

  /** Shows words [{i, word}], the most frequent first; null hides the list. */
  show(words, texts) {
    this.node.hidden = words === null;
    if (words === null) return;
    const said = counted(texts, "chosen", words.length);
    setText(this.title, said);
    setText(this.closer, texts.close);
    this.node.setAttribute("aria-label", said);
    this.list.replaceChildren(...words.slice(0, LISTED_MOST).map((one) => this.line(one)));
  }

  line({ i, word }) {
    const button = element("button", "plain text", visible(word), { type: "button" });
    button.addEventListener("click", () => this.pick(i));
    const item = element("li");
    item.append(button);
    return item;
  }
}
