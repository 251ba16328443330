"""Every text in every language, with the same placeholders, and no text that the code asks for is missing."""

import re
import string
from pathlib import Path

import pytest

from lmcore.i18n import LANGUAGES, texts

ROOT = Path(__file__).resolve().parent.parent
DYNAMIC = (
    "text.",
    "note.",
    "catalogue.",
    "tokenizer.",
    "corpus.",
    "nav.",
    "size.",
    "choice.",
    "depth.",
    "status.",
    "reading.",
    "notice.",
    "error.",
    "explain.",
    "field.",
    "language.",
    "picture.",
    "method.",
    "model.",
    "first_weights.",
    "training.",
    "embeddings.",
    "vectors.",
    "world_part.",
    "bring_vectors.",
    "take_vectors.",
    "take.",
    "vectors_format.",
    "compare.group.",
    "figure.",
    "doctor.",
    "rates.says.",
    "scaling.",
    "sweep.",
)
COMPONENTS = {path.stem for path in (ROOT / "assets" / "components").glob("*.js")}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_languages_have_the_same_texts(language: str) -> None:
    assert texts(language).keys() == texts("en").keys()
    assert all(text.strip() for text in texts(language).values())


OWN_FIGURES = (
    "weights.",
    "corpus.label",
    "text.merge.reading_part",
)  # English counts in thousands, Chinese in ten thousands


@pytest.mark.parametrize("key", [key for key in texts("en") if not key.startswith(OWN_FIGURES)])
def test_translations_fill_the_same_placeholders(key: str) -> None:
    assert {
        placeholders(texts(language)[key]) == placeholders(texts("en")[key]) for language in LANGUAGES
    } == {True}


def test_chinese_is_chinese() -> None:
    han = re.compile("[一-鿿]")
    plain = [key for key, text in texts("zh").items() if not han.search(text)]
    assert len(plain) < 0.06 * len(texts("zh")), plain


def asked_for() -> set[str]:
    """Keys that stand whole in Python code."""
    keys = set()
    for path in [*ROOT.glob("lmcore/**/*.py"), *ROOT.glob("pages/*.py")]:
        text = path.read_text(encoding="utf-8")
        keys |= set(re.findall(r"""\bt\(\s*["']([a-z_.0-9]+)["']""", text))
        keys |= {f"error.{key}" for key in re.findall(r"""\w*Error\(\s*["']([a-z_]+)["']""", text)}
        keys |= {f"notice.{key}" for key in re.findall(r"""["']key["']: ["']([a-z_]+)["']""", text)}
    return keys


def test_no_text_is_missing() -> None:
    missing = {key for key in asked_for() if key not in texts("en")}
    assert not missing


def test_no_text_is_left_over() -> None:
    code = "\n".join(
        p.read_text(encoding="utf-8") for p in [*ROOT.glob("lmcore/**/*.py"), *ROOT.glob("pages/*.py")]
    )
    unused = {
        key
        for key in texts("en")
        if not key.startswith(DYNAMIC) and key not in code and key.partition(".")[0] not in COMPONENTS
        and not re.search(rf"{{name}}\.{key.partition('.')[2]}\b", code)
    }  # fmt: skip
    assert not unused
