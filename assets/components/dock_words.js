/** What the dock says about a run, as sentences; pure functions of its state and the texts. */

import { isActive } from "./feed.js";
import { fill } from "./texts.js";

/** The one thing that is wrong or waited for; null when all is well. */
export function warningOf({ state, status, problem, texts }) {
  if (problem) return texts.offline;
  const { notice, queue_position: place } = state;
  if (notice) return fill(texts[`notice.${notice.key}`] ?? texts["notice.unknown"], notice.given);
  return status === "queued" && place > 1 ? fill(texts.queue, { n: place }) : null;
}

/** Device, speed and memory, as far as they are known. */
export function factsOf({ device, kind, tokens_per_s: speed, memory_mb: memory }, texts) {
  const unit = kind === "word_vectors" ? texts.words_per_s : texts.tokens_per_s;
  return [
    device ? (texts[`device.${device}`] ?? device) : null,
    speed ? fill(unit, { n: Math.round(speed) }) : null,
    memory ? fill(texts.memory, { n: Math.round(memory) }) : null,
  ].filter(Boolean);
}

/** How long ago the run was saved; nothing for a stored run. */
export function savedOf({ stored, saved_ago_s: seconds }, texts) {
  if (stored || typeof seconds !== "number") return "";
  if (seconds < 60) return fill(texts.saved_s, { n: Math.round(seconds) });
  if (seconds < 3600) return fill(texts.saved_min, { n: Math.round(seconds / 60) });
  return fill(texts.saved_h, { n: Math.round(seconds / 3600) });
}

/** The button at the right end: where the knob stands, and the way back. */
export function followOf(step, status, texts) {
  const active = isActive({ status });
  if (step === null) return active ? texts.live : texts.end;
  return fill(active ? texts.back_to_live : texts.back_to_end, { n: step });
}
