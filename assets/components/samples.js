/** What the model wrote at the last three snapshots up to the one shown. */

import { element, oncePerFrame } from "./dom.js";
import { Subscription } from "./feed.js";
import { fill, oneLine } from "./texts.js";

const ROWS = 3;

/** Called once by the page; see README.md. */
export function mount(root) {
  const panel = element("div", "stage panel");
  root.replaceChildren(panel);
  let data = null;
  let drawn = null;
  const subscription = new Subscription((state, reason) => reason !== "hover" && ask());
  const ask = oncePerFrame(draw);

  function draw() {
    const rows = shownSamples(subscription.feed);
    const now = JSON.stringify([data.lang, rows]);
    if (now === drawn) return;
    drawn = now;
    const waiting = element("p", "quiet waiting", data.texts.waiting);
    const lines = rows.map((row, i) => rowOf(row, i === rows.length - 1));
    panel.replaceChildren(...(rows.length ? lines : [waiting]));
  }

  function rowOf({ step, text }, current) {
    const row = element("div", current ? "row current" : "row");
    const words = element("span", "text", oneLine(text), { title: text });
    row.append(element("span", "number", fill(data.texts.step, { n: step })), words);
    return row;
  }

  return {
    update(next) {
      data = next;
      root.lang = data.lang === "zh" ? "zh-Hans" : "en";
      subscription.to(data.api, data.run);
      draw();
    },
    destroy() {
      subscription.to(null, null);
      ask.cancel();
    },
  };
}

/** The newest samples at or before the step shown, oldest first. */
function shownSamples(feed) {
  if (!feed?.state) return [];
  const shown = feed.step ?? Infinity;
  return feed.state.samples.filter(({ step }) => step <= shown).slice(-ROWS);
}
