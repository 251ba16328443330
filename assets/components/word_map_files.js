/** Saves the map that is shown as a file of the reader's. */

import { download, pngBlob, svgText } from "./map_export.js";
import { fill } from "./texts.js";
import { faithfulness } from "./word_map_facts.js";

/** Saves what `view` shows as "svg" or "png". */
export async function save(ending, view, texts) {
  if (!view.frame || !view.scene) return;
  const picture = pictureOf(view, texts);
  const content = ending === "svg" ? svgText(picture) : await pngBlob(picture);
  download(content, `lm-playground-map-${view.frame.step}.${ending}`, "image/svg+xml");
}

function pictureOf({ frame, scene, shapes, look }, texts) {
  const title = fill(texts.file_title, { step: frame.step });
  return { scene, shapes, look, title, facts: [frame.method, faithfulness(frame, texts)].filter(Boolean).join(" · ") };
}
