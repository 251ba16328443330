"""Every step on one example, on nasty ones, and twice."""

import random
import unicodedata

import pytest

from lmcore.text.cleaning import steps
from lmcore.text.cleaning.lines import duplicate_lines
from lmcore.text.cleaning.steps import PACKAGES, TEXT_STEPS, apply, available, recommended
from lmcore.text.config import STEPS, CleaningConfig

NOTICE = "Copyright by the publisher of this book, all rights reserved."
FAMILY = "\U0001f469\u200d\U0001f467"
SCOTLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"


def needs(step: str) -> None:
    """Skip where an optional package is missing."""
    if step in PACKAGES:
        pytest.importorskip(PACKAGES[step])


@pytest.mark.parametrize(
    ("step", "text", "expected", "n_places"),
    [
        ("mojibake", "l’Ã©tÃ©\nwas long\ncafÃ©", "l’été\nwas long\ncafé", 2),
        ("mojibake", "\x93So it goes\x94", "“So it goes”", 1),
        ("mojibake", "Ã\x83Â©", "é", 1),  # twice through the wrong table
        ("mojibake", "naïve “quotes”, 你好，Ünïcödé — ok", "naïve “quotes”, 你好，Ünïcödé — ok", 0),
        ("html", "a < b", "a < b", 0),
        ("html", "if x<b and c>d: y<a>z", "if x<b and c>d: y<a>z", 0),
        ("html", "Tom &amp; Jerry &#20320; R&D &copy", "Tom & Jerry 你 R&D &copy", 2),
        ("control", "a\x00b\x07\tc\nd", "ab\tc\nd", 2),
        ("control", "a\r\nb\rc\x0cd\x85e", "a\nb\nc\nd\ne", 4),
        ("control", "\x1b[1;31mred\x1b[0m \x1b]0;title\x07 \x1b(B end\x1b", "red   end", 5),
        ("control", "\x1b\x1b[31m[31m", "[31m", 2),
        ("zero_width", "\ufeffzero\u200bwidth so\u00adft \u202eevil\u202c", "zerowidth soft evil", 5),
        ("zero_width", f"{FAMILY} \u2764\ufe0f\u200d\U0001f525", f"{FAMILY} \u2764\ufe0f\u200d\U0001f525", 0),
        ("zero_width", f"{SCOTLAND}a\U000e0068\U000e0069", f"{SCOTLAND}a", 1),
        ("zero_width", "می\u200cخواهم", "می\u200cخواهم", 0),  # Persian
        ("zero_width", "क्\u200dष क्\u200d", "क्\u200dष क्\u200d", 0),  # Hindi, one behind a virama
        ("zero_width", "ab\u200cc\u200d \u200dا", "abc ا", 3),
        ("zero_width", "ب\u200f\u200c\u200cب", "ب\u200cب", 1),
        ("nfc", "cafe\u0301 A\u030a \u1100\u1161 你\u0301", "caf\u00e9 \u00c5 \uac00 你\u0301", 3),
        ("nfc", "ﬁ ① Ａ", "ﬁ ① Ａ", 0),
        ("nfkc", "ﬁ ① Ａ，x²", "fi 1 A,x2", 4),
        ("full_width", "ＡＢ１２：（ｘ＋ｙ）＠中　３．５．", "AB12：（x+y）@中 3.5．", 4),
        ("full_width", "Ｈｅｌｌｏ， ｗｏｒｌｄ！", "Hello, world!", 2),
        ("simplified", "漢語和電腦", "汉语和电脑", 2),
        ("simplified", "乾坤乾杯", "乾坤干杯", 1),
        ("simplified", "打坏了", "打坏了", 0),
        ("case", "The USA, ÉTÉ ΟΔΟΣ İ", "the usa, été οδος i\u0307", 5),
        ("numbers", "1984, 0, 00, 3.14 and ٣٤ ½", "0, 0, 0, 0.0 and 0 ½", 5),
        ("punctuation", "Don't—“stop” rock-'n'-roll: well-known!", "Don't stop rock n roll well-known", 6),
        ("punctuation", "他说：“好’吧”。3,000 $5 €5 \U0001f600", "他说 好 吧 3 000 5 €5 \U0001f600", 5),
        ("white_space", "a  b\tc \n\n \n\n\u3000\u3000d\u2028e ", "a b c\n\n d\ne", 8),
        ("white_space", "a b\n\nc", "a b\n\nc", 0),
    ],
)
def test_one_step(step: str, text: str, expected: str, n_places: int) -> None:
    needs(step)
    assert TEXT_STEPS[step](text) == (expected, n_places)


def test_html_takes_tags_scripts_and_entities() -> None:
    text, n_places = TEXT_STEPS["html"]("<p>a &lt; b</p><script>if (x < y) z()</script><p>1 < 2</p>")
    assert text.split() == ["a", "<", "b", "1", "<", "2"]
    assert n_places == 7


def test_a_script_is_text_when_html_is_off() -> None:
    text = "<script>alert('x')</script>"
    every_other = [step for step in STEPS if step not in ("html", "punctuation")]
    for step in every_other:
        assert apply(step, [text], CleaningConfig()).documents == [text], step


def test_long_lines_go_the_second_time_and_short_ones_stay() -> None:
    verse = "Nevermore\n\nNevermore\n\n"
    chinese = "本网站所有内容均受版权保护未经许可不得转载。"
    first, second = (
        f"{verse}{NOTICE}\n{chinese}",
        f"{verse}  {NOTICE}\nend\n{chinese}\n春眠不觉晓\n春眠不觉晓",
    )
    documents, n_dropped = duplicate_lines([first, second])
    assert documents == [first, f"{verse}end\n春眠不觉晓\n春眠不觉晓"]
    assert n_dropped == 2


def test_a_document_that_is_said_again_is_dropped() -> None:
    applied = apply("duplicate_lines", [NOTICE, "short", NOTICE, "short"], CleaningConfig())
    assert applied.kept == [0, 1, 3]
    assert (applied.n_places, applied.n_documents) == (1, 1)


@pytest.mark.parametrize(
    ("shortest", "longest", "kept"), [(0, 0, [0, 1, 2]), (2, 0, [1, 2]), (0, 3, [0, 1]), (2, 3, [1])]
)
def test_length_counts_characters_and_nought_is_no_limit(
    shortest: int, longest: int, kept: list[int]
) -> None:
    config = CleaningConfig(("length",), shortest, longest)
    assert apply("length", ["", "你好吗", "four"], config).kept == kept


NASTY = (
    "aZé ß İΣς \u0301\u0316\u0f73\u0344 \r\n\t\x00\x07\x0b\x0c\x1b\x1e\x1f\x85\x9b [31m ]0; \u2028\xa0"
    "\u200b\u200c\u200d\u200e\u202e\u2066\u00ad\ufeff\ufe0f \U0001f469\U0001f3fb\U0001f3f4\U000e0067"
    "\U000e007fب\u0651م क् ษ \u1100\u1161\u11a8 ｶﾞ ﬁ①²½ Ａ１．，（）～＼　 中體乾髮“”‘’—…·、。 0019٣"
    " '-‐’_<>&;=\"/p!$\ufffd\U0001f600Ã©â€™\U00020000\U0010ffff"
)


def nasty_texts(n: int, seed: int) -> list[str]:
    rng = random.Random(seed)
    return ["".join(rng.choices(NASTY, k=rng.choice((0, 1, 3, 10, 40, 400)))) for _ in range(n)]


@pytest.mark.parametrize("step", [step for step in STEPS if step != "html"])
def test_twice_is_once_and_no_place_means_no_change(step: str) -> None:
    needs(step)
    texts = 2 * nasty_texts(300, seed=1)
    once = apply(step, texts, CleaningConfig((step,), shortest=2, longest=300))
    twice = apply(step, once.documents, CleaningConfig((step,), shortest=2, longest=300))
    assert once.n_documents > 0, "the texts never met the step"
    assert twice.documents == once.documents
    assert (twice.n_places, twice.n_documents) == (0, 0)


@pytest.mark.parametrize("step", TEXT_STEPS)
def test_documents_that_pass_together_change_as_they_do_alone(step: str) -> None:
    needs(step)
    for texts in (nasty_texts(100, seed=2), [text.replace("\x1e", "") for text in nasty_texts(100, seed=3)]):
        alone = [TEXT_STEPS[step](text) for text in texts]
        applied = apply(step, texts, CleaningConfig())
        assert applied.n_places == sum(n for _, n in alone)
        assert applied.documents == [alone[i][0] for i in applied.kept]


def test_normal_forms_are_those_of_the_standard() -> None:
    for text in nasty_texts(300, seed=4):
        assert TEXT_STEPS["nfc"](text)[0] == unicodedata.normalize("NFC", text)
        assert TEXT_STEPS["nfkc"](text)[0] == unicodedata.normalize("NFKC", text)


@pytest.mark.parametrize("package", set(PACKAGES.values()))
def test_a_step_whose_package_is_missing_changes_nothing(
    package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps, "find_spec", lambda name: None if name == package else object())
    missing = [step for step in STEPS if not available(step)]
    assert [PACKAGES[step] for step in missing] == [package]
    applied = apply(missing[0], ["cafÃ© 漢"], CleaningConfig())
    assert (applied.documents, applied.n_places) == (["cafÃ© 漢"], 0)


def test_every_step_is_there_in_order() -> None:
    assert [step for step in STEPS if step in TEXT_STEPS] == list(TEXT_STEPS)
    assert set(STEPS) - set(TEXT_STEPS) == {"duplicate_lines", "length"}


def test_recommended_steps_by_format_and_language() -> None:
    assert recommended("txt", "en").steps == ("control", "zero_width", "nfc")
    assert recommended("html", "zh").steps == (
        "html", "control", "zero_width", "nfc", "full_width", "white_space",
    )  # fmt: skip
    assert "html" not in recommended("pdf", "en").steps
