"""Which characters the bytes of a file stand for: a ladder from what is certain to what has to be asked."""

import codecs
import re
from dataclasses import dataclass, replace

from lmcore.errors import TextError
from lmcore.text.reading.draft import Guess
from lmcore.text.reading.languages import code_length
from lmcore.text.uploads import shown_name

CANDIDATES = (  # of two that give the same text, the first is named
    "utf-8", "cp1252", "gb18030", "cp1251", "cp1250", "cp1254", "cp932", "big5", "cp949", "euc_jp", "cp1253",
    "cp1255", "cp1256", "koi8-r", "koi8-u", "iso8859-2", "iso8859-15", "iso8859-5", "iso8859-7", "iso8859-6",
    "iso8859-8", "cp1257", "cp1258", "cp874", "mac-cyrillic", "mac-roman", "cp866", "cp850",
)  # fmt: skip
MARKS = {  # the four bytes of UTF-32 first: they begin like those of UTF-16
    "utf-32-le": codecs.BOM_UTF32_LE,
    "utf-32-be": codecs.BOM_UTF32_BE,
    "utf-8": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
}
ENCODINGS = (*CANDIDATES, "iso2022_jp", *(name for name in MARKS if name != "utf-8"))  # to choose from
_WIDER = {  # what a text in these encodings really is
    "gb2312": "gb18030", "gbk": "gb18030", "iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254",
    "shift_jis": "cp932", "euc_kr": "cp949", "big5hkscs": "big5", "cp950": "big5", "iso8859-11": "cp874",
    "utf-8-sig": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le",
}  # fmt: skip
_PROBE = 20_000  # bytes that are compared in all encodings
_WINDOW = 4_000  # of them at one place
_PREVIEW = 160  # characters
_N_GUESSES = 6
_N_POOLED = 50  # files that speak for all
_MARGIN = 10.0  # nats by which the likeliest reading must beat the next to be certain
_PLAUSIBLE = 5.5  # nats that a byte beyond ASCII costs at most in a text of a known language
_BROKEN = 0.01  # share of the characters beyond ASCII that may be broken before it is worth asking
_SHORT = 64  # bytes; as few as these may make sense in UTF-8 by accident
_HIGH = bytes(range(0x80, 0x100))
_HIGH_BYTE = re.compile(rb"[\x80-\xff]")
_DECLARATION = re.compile(
    rb"""(?:charset|encoding)\s{0,9}=\s{0,9}["']?\s{0,9}([\w.:-]{2,40})""", re.IGNORECASE
)


@dataclass(frozen=True)
class Decoded:
    """A text, how it was read, and how else it could have been. `n_replaced` counts U+FFFD put in."""

    text: str
    encoding: str
    certain: bool = True
    n_replaced: int = 0
    guesses: tuple[Guess, ...] = ()


def decode(data: bytes, wanted: str = "", declared: str = "") -> Decoded:
    """The text of `data` in the encoding that is wanted, marked, declared in it, or likeliest.

    Bytes that have no meaning there become U+FFFD. Raises `TextError` for an encoding there is not.
    """
    if wanted:
        decoded = _replacing(data, known_encoding(wanted))
        return replace(decoded, guesses=_guesses(_readings(data))) if _HIGH_BYTE.search(data) else decoded
    certain = _certain(data)
    if certain:
        return certain if len(data) > _SHORT else _unless_more_like_another(certain, data)
    return _broken_utf8(data) or _by_declaration(data, declared) or _likeliest(data)


def decode_together(files: list[bytes], wanted: str = "") -> list[Decoded]:
    """`decode` for files of one origin: those that leave a doubt share the likeliest encoding of all."""
    sure = [None if wanted else _certain(data) or _broken_utf8(data) for data in files]
    doubtful = [data for data, decoded in zip(files, sure, strict=True) if not (decoded and decoded.certain)]
    if not doubtful:
        return [decoded for decoded in sure if decoded]
    pieces = (_probe(data) or data[:_WINDOW] for data in doubtful[:: 1 + len(doubtful) // _N_POOLED])
    shared = decode(b"\n".join(pieces), wanted)
    alike = replace(shared, text="", n_replaced=0)
    return [
        decoded
        if decoded and decoded.certain
        else replace(alike, text=(read := _replacing(data, shared.encoding)).text, n_replaced=read.n_replaced)
        for data, decoded in zip(files, sure, strict=True)
    ]


def declared_encoding(head: bytes) -> str:
    """The encoding that a page or an XML file names in its first bytes, or "".

    >>> declared_encoding(b'<meta charset="gb2312">')
    'gb18030'
    """
    found = _DECLARATION.search(head[:4096])
    try:
        return known_encoding(found[1].decode("latin-1")) if found else ""
    except TextError:
        return ""


def known_encoding(name: str) -> str:
    """Python's name of an encoding that can be chosen; raises `TextError` for any other.

    >>> known_encoding("GBK"), known_encoding("Latin-1"), known_encoding("UTF8")
    ('gb18030', 'cp1252', 'utf-8')
    """
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):  # ValueError: a name with a zero character
        found = ""
    found = _WIDER.get(found, found)
    if found not in ENCODINGS:
        raise TextError("encoding_unknown", encoding=shown_name(name, 40) or "—", n=len(ENCODINGS))
    return found


def _certain(data: bytes) -> Decoded | None:
    return _by_mark(data) or _by_zeros(data) or _by_escapes(data) or _strict(data, "utf-8")


def _by_mark(data: bytes) -> Decoded | None:
    name = next((name for name, mark in MARKS.items() if data.startswith(mark)), "")
    return _replacing(data, name) if name else None


def _by_zeros(data: bytes) -> Decoded | None:
    """UTF-16 or UTF-32 without a mark, where zero bytes are halves of ASCII characters."""
    head = data[: _PROBE & ~3]
    zeros = [head[start::4].count(0) for start in range(4)]
    if not any(zeros) or (len(data) % 2 and len(data) < _SHORT):
        return None
    quarter = len(head) // 4
    for name, side in (("utf-32-le", zeros[3] + zeros[2]), ("utf-32-be", zeros[0] + zeros[1])):
        if side > 1.9 * quarter and _reads_well(head, name):
            return _replacing(data, name)
    sound = [name for name in ("utf-16-le", "utf-16-be") if _reads_well(head, name)]
    best = min(sound, key=lambda name: code_length(head.decode(name, "replace")), default="")
    return _replacing(data, best) if best else None


def _reads_well(head: bytes, encoding: str) -> bool:
    """Whether the bytes are whole characters there, hardly any of them strange."""
    text = codecs.getincrementaldecoder(encoding)("replace").decode(head)
    n_odd = sum(1 for c in text if c not in "\t\n\r\f" and (c < " " or c == "\ufffd"))
    return n_odd <= 0.01 * len(text) and code_length(text)[0] <= 0.9 * _PLAUSIBLE * len(head)


def _by_escapes(data: bytes) -> Decoded | None:
    return _strict(data, "iso2022_jp") if b"\x1b$" in data[:_PROBE] else None


def _strict(data: bytes, encoding: str) -> Decoded | None:
    try:
        return Decoded(data.decode(encoding), encoding)
    except UnicodeDecodeError:
        return None


def _replacing(data: bytes, encoding: str) -> Decoded:
    mark = MARKS.get(encoding, b"")
    start = len(mark) if data.startswith(mark) else 0
    text = codecs.decode(memoryview(data)[start:], encoding, "replace")
    n_replaced = text.count("\ufffd")
    if n_replaced and encoding.startswith("utf"):  # those that the file itself holds are none of ours
        n_replaced = max(0, n_replaced - data.count("\ufffd".encode(encoding)))
    return Decoded(text, encoding, n_replaced=n_replaced)


def _broken_utf8(data: bytes) -> Decoded | None:
    """UTF-8 of which little is broken, as when it was cut within a character."""
    decoded = _replacing(data, "utf-8")
    n_ascii = sum(len(data[at : at + 2**20].translate(None, _HIGH)) for at in range(0, len(data), 2**20))
    n_beyond = len(decoded.text) - n_ascii
    if n_beyond < 5 * decoded.n_replaced:  # other encodings seldom make a whole character of it
        return None
    if decoded.n_replaced <= max(1, _BROKEN * n_beyond):
        return decoded
    return replace(decoded, certain=False, guesses=_guesses(_readings(data)))


def _by_declaration(data: bytes, declared: str) -> Decoded | None:
    return _strict(data, declared) if declared else None


def _unless_more_like_another(decoded: Decoded, data: bytes) -> Decoded:
    if decoded.text.isascii():
        return decoded
    readings = _readings(data)
    if readings[0].text == decoded.text:
        return decoded
    return replace(decoded, certain=False, guesses=_guesses(readings))


def _likeliest(data: bytes) -> Decoded:
    """The reading with the shortest code, certain when it is far ahead of the next."""
    readings = _readings(data)
    best, second = readings[:2]
    n_high = len(_probe(data)) - len(_probe(data).translate(None, _HIGH))
    decoded = _replacing(data, best.encoding)
    certain = (
        second.cost - best.cost >= _MARGIN
        and best.cost_beyond_ascii <= _PLAUSIBLE * n_high
        and decoded.n_replaced <= _BROKEN * n_high
    )
    return decoded if certain else replace(decoded, certain=False, guesses=_guesses(readings))


@dataclass(frozen=True)
class _Reading:
    encoding: str
    text: str
    cost: float  # nats
    cost_beyond_ascii: float


def _readings(data: bytes) -> list[_Reading]:
    """A piece of the file in every encoding, different texts only, the likeliest first."""
    probe = _probe(data)
    texts: dict[str, str] = {}
    for encoding in CANDIDATES:
        text = codecs.getincrementaldecoder(encoding)("replace").decode(
            probe
        )  # a cut last character is no fault
        texts.setdefault(text, encoding)
    readings = [_Reading(encoding, text, *code_length(text)) for text, encoding in texts.items()]
    return sorted(readings, key=lambda reading: reading.cost)


def _guesses(readings: list[_Reading]) -> tuple[Guess, ...]:
    return tuple(
        Guess(r.encoding, " ".join(r.text[: 4 * _PREVIEW].split())[:_PREVIEW], r.text.count("\ufffd"))
        for r in readings[:_N_GUESSES]
    )


def _probe(data: bytes) -> bytes:
    """Pieces of the file with characters beyond ASCII; they begin at white space, not within a character."""
    pieces: list[bytes] = []
    at = 0
    while sum(map(len, pieces)) < _PROBE and (found := _HIGH_BYTE.search(data, at)):
        before = data[max(at, found.start() - 100) : found.start()]
        start = found.start() - len(before) + 1 + max(before.rfind(b" "), before.rfind(b"\n"))
        end = data.find(b"\n", found.end() + 200, start + _WINDOW)
        at = end if end > 0 else start + _WINDOW
        pieces.append(data[start:at])
    return b"\n".join(pieces)
