"""Characters that nobody sees: control characters with their escape sequences, and those without a width.

A step is a function from a text to the changed text and the number of places where it changed.
"""

import re
import unicodedata

_CONTROL = "\x00-\x08\x0b-\x1f\x7f-\x9f"  # all but \t and \n
_CONTROLS = re.compile(f"[{_CONTROL}][{_CONTROL}]*")  # searched six times faster than [...]+
_BREAKS = re.compile("[\r\x0b\x0c\x85](?:(?<=\r)\n)?")
_ESCAPES = re.compile(
    "\x1b(?:"
    r"\[[0-?]*[ -/]*[@-~]"  # colours and movements: ESC [ 3 1 m
    "|\\][^\x07\x1b\n]{0,2000}(?:\x07|\x1b\\\\)"  # window titles and links
    "|[ -/]+[0-~])"  # character sets: ESC ( B
)

_ZERO_WIDTH = "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
_TAGS = "\U000e0001\U000e0020-\U000e007f"
_UNSEEN = re.compile(f"[{_ZERO_WIDTH}{_TAGS}][{_ZERO_WIDTH}{_TAGS}]*")
_JOINER = re.compile("[\u200c\u200d]")
_BLACK_FLAG = "\U0001f3f4"  # with tags behind it the flag of England, Scotland or Wales
_FLAG_TAGS = re.compile("[\U000e0030-\U000e0039\U000e0061-\U000e007a]{1,6}\U000e007f")
_PICTURE = re.compile(
    "[\u00a9\u00ae\u203c-\u27bf\u2934-\u2b55\u3030\u303d\u3297\u3299\ufe0f\U0001f000-\U0001faff]"
)
_JOINING_SCRIPT = re.compile(  # Arabic … Mandaic, Indic, Tibetan, Burmese, Khmer, Mongolian, Java, Adlam
    "[\u0600-\u085f\u0870-\u0dff\u0f00-\u109f\u1780-\u18af\u1b00-\u1bff\ua8e0-\ua9ff\uaa60-\uaa7f"
    "\ufb50-\ufdff\ufe70-\ufefc\U00011000-\U00011fff\U0001e900-\U0001e95f]"
)
_VIRAMA = 9  # combining class


def control(text: str) -> tuple[str, int]:
    r"""Take out control characters except \t and \n, and whole escape sequences; line breaks become \n.

    >>> control("\x1b[31mred\x1b[0m\r\nnext\x00")
    ('red\nnext', 4)
    """
    if not _CONTROLS.search(text):
        return text, 0
    text, n_escapes = _ESCAPES.subn("", text)
    text, n_breaks = _BREAKS.subn("\n", text)
    text, n_controls = _CONTROLS.subn("", text)
    return text, n_escapes + n_breaks + n_controls


def zero_width(text: str) -> tuple[str, int]:
    r"""Take out zero-width characters, byte order marks, soft hyphens, tags and marks of direction.

    A joiner stays where something is joined: inside emoji, between letters of scripts that join theirs
    (Arabic, Persian, Indic …), and behind a virama. So do the tags of a flag.

    >>> zero_width("\ufeffco\u00adop \U0001f469\u200d\U0001f680")[0] == "coop \U0001f469\u200d\U0001f680"
    True
    """
    if text.isascii():
        return text, 0
    n_places = 0

    def replace(run: re.Match[str]) -> str:
        nonlocal n_places
        needed = _needed(run[0], text[run.start() - 1 : run.start()], text[run.end() : run.end() + 1])
        n_places += needed != run[0]
        return needed

    return _UNSEEN.sub(replace, text), n_places


def _needed(run: str, before: str, after: str) -> str:
    """What must stay of a run of unseen characters between two others ("" at an end of the text)."""
    if before == _BLACK_FLAG and (tags := _FLAG_TAGS.match(run)):
        return tags[0]
    joiner = _JOINER.search(run)
    return joiner[0] if joiner and _are_joined(before, after) else ""


def _are_joined(before: str, after: str) -> bool:
    if not before:
        return False
    if unicodedata.combining(before) == _VIRAMA or (_of_joining_script(before) and _of_joining_script(after)):
        return True
    return bool(_PICTURE.match(before) and _PICTURE.match(after))


def _of_joining_script(character: str) -> bool:
    """Whether it is a letter, or a mark on one."""
    return bool(_JOINING_SCRIPT.match(character)) and unicodedata.category(character)[0] in "LM"
