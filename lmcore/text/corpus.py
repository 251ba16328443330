"""What a corpus is, and what language a text is in."""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"  # for a regular expression
_HAN = re.compile(f"[{HAN}]")
_LANGUAGE_PROBE = 100_000  # characters looked at to guess the language


@dataclass(frozen=True)
class CorpusInfo:
    """What is known of a corpus without reading it."""

    id: str
    name: str
    language: str  # "en" or "zh"
    n_characters: int
    licence: str
    source: str
    sha256: str
    owner: str = ""
    built_in: bool = False
    n_documents: int = 1
    labelled: bool = False
    n_distinct: int = 0  # different characters; 0 where nobody has counted
    format: str = "txt"
    encoding: str = "utf-8"
    certain: bool = True  # whether only one encoding fits
    constructed: bool = False  # written by a program, so that all that is true in it is known


@dataclass(frozen=True)
class Corpus:
    """Documents to train on; `labels` is empty or has one for each."""

    id: str
    name: str
    language: str
    documents: tuple[str, ...]
    licence: str
    source: str
    sha256: str
    labels: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The documents, one newline between two of them."""
        return "\n".join(self.documents)


def text_sha256(text: str) -> str:
    """SHA-256 of the text in UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def content_sha256(documents: Sequence[str], labels: Sequence[str] = ()) -> str:
    """SHA-256 of documents and labels; of one document without a label, that of its text.

    >>> content_sha256(["a", "b"]) != content_sha256(["a\\nb"]) == text_sha256("a\\nb")
    True
    """
    digest = hashlib.sha256("\n".join(documents).encode("utf-8"))
    if len(documents) > 1 or labels:
        digest.update(json.dumps([[len(text) for text in documents], list(labels)]).encode())
    return digest.hexdigest()


def language_of(text: str) -> str:
    """ "zh" when more than a fifth of the characters that are not white space are Han, else "en".

    >>> language_of("The cat sat."), language_of("猫坐在 mat 上。")
    ('en', 'zh')
    """
    probe = "".join(text[:_LANGUAGE_PROBE].split())
    return "zh" if len(_HAN.findall(probe)) > 0.2 * max(1, len(probe)) else "en"
