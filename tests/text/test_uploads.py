"""What visitors paste: every nasty text is either clean afterwards or refused with a reason."""

import pytest

from lmcore.errors import TextError
from lmcore.text.uploads import MAX_BYTES, check_length, shown_name, text_from_paste


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "text_empty"),
        (" \n\t \r\n", "text_empty"),
        ("abc\0def", "text_binary"),
        ("é" * MAX_BYTES, "text_too_large"),
    ],
)
def test_unusable_pastes_are_refused_in_both_languages(text: str, key: str) -> None:
    with pytest.raises(TextError) as refusal:
        text_from_paste(text)
    assert refusal.value.key == key
    assert all(refusal.value.message(language) for language in ("en", "zh"))


def test_newlines_become_one_kind() -> None:
    assert text_from_paste("a\r\nb\rc\nd") == "a\nb\nc\nd"


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert('x')</script>",
        "שלום \u202eevil\u202c مرحبا",
        "👩‍👩‍👧 e\u0301 你好",
        "a" * 100_000,
        "word " * 1_000_000,  # five megabytes on one line
        "\x1b[31mred\x1b[0m is a stray escape in a long enough text " * 20,
    ],
)
def test_odd_but_honest_text_is_kept_as_it_is(text: str) -> None:
    assert text_from_paste(text) == text


def test_pasted_half_surrogates_become_replacement_characters() -> None:
    text = text_from_paste("smile \ud83d end")
    assert text == "smile \ufffd end"
    assert text.encode("utf-8")


def test_short_texts_are_refused_with_both_numbers() -> None:
    check_length("x" * 200)
    with pytest.raises(TextError, match=r"199 characters, and at least 200"):
        check_length("x" * 199)


def test_names_are_one_short_line() -> None:
    assert shown_name(" a\n\0b\u202e\ud800 ") == "a b \ufffd"
    assert len(shown_name("x" * 500)) == 80
