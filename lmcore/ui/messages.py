"""Errors in the page: what is wrong in bold, then the figures and what to do; never a traceback."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from lmcore.errors import LmcoreError, headline_and_rest
from lmcore.ui.visit import language


def show_error(error: LmcoreError) -> None:
    """One error, where it arose."""
    headline, rest = headline_and_rest(error.message(language()), language())
    st.error(f"**{escaped(headline)}**  \n{escaped(rest)}")


@contextmanager
def explained_errors() -> Iterator[None]:
    """Show an `LmcoreError` in the page and go on; a bug stays a bug."""
    try:
        yield
    except LmcoreError as error:
        show_error(error)


def escaped(text: str) -> str:
    """Text of visitors as Markdown shows it letter by letter.

    >>> escaped("a*b <script>")
    'a\\\\*b \\\\<script\\\\>'
    """
    return "".join(f"\\{c}" if c in "\\`*_{}[]<>()#+!|$~:^" else c for c in text)
