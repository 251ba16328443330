/** Runs side by side: what came out, and the settings in which they differ. Every cell comes ready to read. */

import { onThemeChange, theme } from "./colours.js";
import { element } from "./dom.js";

/** Called once by the page; see README.md. */
export function mount(root) {
  const panel = element("div", "stage panel", null, { tabindex: "0", role: "region" });
  root.replaceChildren(panel);
  let data = null;
  let drawn = null;
  const stopTheme = onThemeChange(root, () => draw(true));

  function draw(anew = false) {
    if (!data) return;
    const now = JSON.stringify([data.lang, data.runs, data.sections]);
    if (now === drawn && !anew) return;
    drawn = now;
    const { scrollTop, scrollLeft } = panel;
    panel.replaceChildren(tableOf(data, coloursOf(root)), ...notesOf(data));
    panel.setAttribute("aria-label", data.texts.label);
    panel.scrollTo(scrollLeft, scrollTop);
  }

  return {
    update(next) {
      data = next;
      root.lang = data.lang === "zh" ? "zh-Hans" : "en";
      draw();
    },
    destroy() {
      stopTheme();
    },
  };
}

/** The colours that the runs have on the loss chart. */
function coloursOf(root) {
  const { live, quiet, categorical } = theme(root);
  return (i) => (i === 0 ? live : (categorical[i] ?? quiet));
}

function tableOf({ runs, sections, texts }, colourOf) {
  const table = element("table");
  const head = element("tr");
  head.append(element("td", "", ""), ...runs.map((run, i) => headOf(run, colourOf(i))));
  const header = element("thead");
  header.append(head);
  table.append(header, ...sections.map((section) => sectionOf(section, runs.length, texts)));
  return table;
}

function headOf({ name, model }, colour) {
  const cell = element("th", "", null, { scope: "col", title: name });
  const line = element("span", "line");
  line.style.background = colour;
  cell.append(line, element("span", "name", name), element("span", "quiet", model));
  return cell;
}

function sectionOf({ title, rows }, n) {
  const body = element("tbody");
  if (title) {
    const row = element("tr", "title");
    row.append(element("th", "quiet", title, { colspan: n + 1, scope: "rowgroup" }));
    body.append(row);
  }
  body.append(...rows.map(rowOf));
  return body;
}

/** `best` marks the cell with the lowest loss, by weight and an outline; `differences` stand below values. */
function rowOf({ label, help, values, differences = [], best = null }) {
  const row = element("tr");
  row.append(element("th", "label", label, { scope: "row", ...(help ? { title: help } : {}) }));
  values.forEach((value, i) => {
    const cell = element("td", best === i ? "best" : "");
    cell.append(element("span", "value", value));
    if (differences[i]) cell.append(element("span", "quiet difference", differences[i]));
    row.append(cell);
  });
  return row;
}

function notesOf({ notes = [] }) {
  return notes.map((note) => element("p", "quiet note", note));
}
