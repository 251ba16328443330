/** How one token was drawn: score, divided by the temperature, kept by the filters, probability. */

import { element } from "./dom.js";
import { isNumber, percent } from "./numbers.js";
import { fill } from "./texts.js";
import { tokenLabel, tokenLabels } from "./token_text.js";

const HEADER_PX = 46;
const ROW_PX = 26;
const FEWEST_ROWS = 4;
const NOTHING = "–";

/** Draws the candidates of `token` into `table`; as many rows as the panel of `height` px holds. */
export function drawTable(table, token, height, settings, texts) {
  const rows = Math.max(FEWEST_ROWS, Math.floor((height - HEADER_PX) / ROW_PX));
  const shown = withChosen(token.candidates, rows);
  const names = tokenLabels(shown.map((candidate) => candidate.text));
  const scales = scalesOf(shown);
  table.setAttribute("aria-label", fill(texts.candidates, { token: tokenLabel(token.text) }));
  const body = shown.map((candidate, i) => bodyRow(candidate, names[i], scales));
  table.replaceChildren(headerRow(settings, texts), ...body);
}

/** The first candidates, and always the one that was chosen. */
function withChosen(candidates, rows) {
  const shown = candidates.slice(0, rows);
  const chosen = candidates.find((candidate) => candidate.chosen);
  if (chosen && !shown.includes(chosen)) shown[rows - 1] = chosen;
  return shown;
}

function headerRow(settings, texts) {
  const scaled = settings.temperature > 0 ? texts.scaled : texts.greedy;
  const titles = [texts.candidate, texts.score, fill(scaled, settings), keptTitle(settings, texts), texts.probability];
  const row = element("div", "line", null, { role: "row" });
  row.append(...titles.map((title) => element("span", "title", title, { role: "columnheader", title })));
  return row;
}

/** "kept by top-k 40, top-p 0.8": only the filters that are on. */
function keptTitle({ top_p: topP, top_k: topK }, texts) {
  const filters = [];
  if (topK > 0) filters.push(`top-k ${topK}`);
  if (isNumber(topP) && topP < 1) filters.push(`top-p ${topP}`);
  return filters.length ? fill(texts.kept, { filters: filters.join(texts.and) }) : texts.kept_all;
}

function bodyRow(candidate, name, scales) {
  const { logit, scaled, share, kept, p, chosen } = candidate;
  const row = element("div", "line", null, { role: "row" });
  const word = element("span", "word", name, { role: "rowheader", title: name });
  word.classList.toggle("cut", !kept);
  word.classList.toggle("chosen", Boolean(chosen));
  row.append(
    word,
    cell(logit, scales.score(logit), score),
    cell(scaled, scales.score(scaled), score),
    cell(kept ? share : null, scales.share(share), percent),
    cell(kept ? p : null, scales.share(p), percent, "live"),
  );
  return row;
}

function cell(value, width, text, kind = "") {
  const node = element("span", `cell ${kind}`, null, { role: "cell" });
  node.append(element("span", "number", isNumber(value) ? text(value) : NOTHING));
  const bar = element("i");
  bar.style.width = isNumber(value) ? `${100 * width}%` : "0";
  node.append(bar);
  return node;
}

function score(value) {
  return value.toFixed(1);
}

/** Both score columns share one scale, and so do both shares: only then can their bars be compared. */
function scalesOf(candidates) {
  const scores = candidates.flatMap(({ logit, scaled }) => [logit, scaled]).filter(isNumber);
  const lowest = Math.min(0, ...scores);
  const highest = Math.max(lowest + 1e-9, ...scores);
  const largest = Math.max(1e-9, ...candidates.flatMap(({ share, p }) => [share, p]).filter(isNumber));
  return { score: (value) => (value - lowest) / (highest - lowest), share: (value) => value / largest };
}
