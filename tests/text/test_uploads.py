"""What visitors upload and paste: every nasty text is either clean afterwards or refused with a reason."""

import pytest

from lmcore.errors import TextError
from lmcore.text.uploads import MAX_BYTES, check_length, shown_name, text_from_bytes, text_from_paste


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"", "text_empty"),
        (b" \n\t \r\n", "text_empty"),
        (b"\xef\xbb\xbf", "text_empty"),
        (b"abc\0def", "text_binary"),
        ("Grüße".encode("utf-16"), "text_binary"),
        (bytes(range(1, 32)) * 10, "text_control_characters"),
        ("naïve".encode("latin-1"), "text_not_utf8"),
        (b"\xed\xa0\x80", "text_not_utf8"),  # a half surrogate pair
        (b"a" * (MAX_BYTES + 1), "text_too_large"),
    ],
)
def test_unusable_bytes_are_refused_in_both_languages(data: bytes, key: str) -> None:
    with pytest.raises(TextError) as refusal:
        text_from_bytes(data, "my\nfile.txt")
    assert refusal.value.key == key
    assert all(refusal.value.message(language) for language in ("en", "zh"))


@pytest.mark.parametrize("prefix", [b"", b"\xef\xbb\xbf"])
def test_the_bad_byte_is_named_where_it_stands_in_the_file(prefix: bytes) -> None:
    with pytest.raises(TextError) as refusal:
        text_from_bytes(prefix + b"abc\xffdef", "a.txt")
    assert refusal.value.given["byte"] == len(prefix) + 3
    assert refusal.value.given["value"] == "0xFF"


def test_byte_order_mark_goes_and_newlines_become_one_kind() -> None:
    assert text_from_bytes(b"\xef\xbb\xbfa\r\nb\rc\nd", "a.txt") == "a\nb\nc\nd"


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
    assert text_from_bytes(text.encode(), "a.txt") == text
    assert text_from_paste(text) == text


def test_pasted_half_surrogates_become_replacement_characters() -> None:
    text = text_from_paste("smile \ud83d end")
    assert text == "smile \ufffd end"
    assert text.encode("utf-8")


@pytest.mark.parametrize("text", ["", " \n ", "a\0b"])
def test_pasted_nonsense_is_refused(text: str) -> None:
    with pytest.raises(TextError):
        text_from_paste(text)


def test_short_texts_are_refused_with_both_numbers() -> None:
    check_length("x" * 200)
    with pytest.raises(TextError, match=r"199 characters, and at least 200"):
        check_length("x" * 199)


def test_names_are_one_short_line() -> None:
    assert shown_name(" a\n\0b\u202e\ud800 ") == "a b \ufffd"
    assert len(shown_name("x" * 500)) == 80
