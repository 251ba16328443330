/** Characters that nobody can see, as signs that anybody can: a zero width space becomes ⟨200B⟩. */

import { element } from "./dom.js";

const SIGNS = { "\t": "⇥", "\n": "↵", "\r": "␍", " ": "·" };
const OTHER_SPACE = "␣";
const KEPT = /[\t\n]/g; // their sign stands before them, and they still do what they do, except on one line
const UNSEEN = "[\\p{Cc}\\p{Cf}\\p{Co}\\p{Cs}\\p{Zl}\\p{Zp}]";
// A joiner inside an emoji, or between letters of a script that writes with it, is part of what is seen.
const JOINED = "(?<=[\\p{Extended_Pictographic}\\p{Emoji_Modifier}\\uFE0F\\p{M}\\p{Script=Arabic}])[\\u200C\\u200D]";
const PATTERNS = {
  reading: runsOf("(?!\\n)"), // a text to read: its lines break without a sign
  changes: runsOf(""), // every break with its sign
  line: runsOf(""), // the same on one line
  blanks: runsOf("", "|[^\\S\\n]"), // and every blank, where blanks are what has changed
};
const IS_UNSEEN = new RegExp(UNSEEN, "u");

/** `text` as nodes to append, what cannot be seen as `<span class="sign">`; `kind` names a pattern above. */
export function signed(text, kind = "reading") {
  return text.split(PATTERNS[kind]).flatMap((part, i) => (i % 2 ? signsOf(part, kind) : part || []));
}

/** `text` on one line, as plain text. */
export function signedLine(text) {
  return text.replace(PATTERNS.changes, (run) => [...run].map(signOf).join(""));
}

/** The sign of one character. */
export function signOf(character) {
  if (character in SIGNS) return SIGNS[character];
  if (!IS_UNSEEN.test(character)) return OTHER_SPACE;
  return `⟨${codeOf(character)}⟩`;
}

/** A run of characters as one node, and after it the breaks and tabs themselves. */
function signsOf(run, kind) {
  const characters = [...run];
  const names = [...new Set(characters.map((character) => `U+${codeOf(character)}`))];
  const sign = element("span", "sign", characters.map(signOf).join(""), { title: names.join(" ") });
  return kind === "line" ? sign : [sign, ...(run.match(KEPT) ?? [])];
}

function codeOf(character) {
  return character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
}

function runsOf(except, also = "") {
  return new RegExp(`((?:${except}(?!${JOINED})${UNSEEN}${also})+)`, "gu");
}
