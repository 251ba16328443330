"""A test of the visitor's own: pairs of words with a number each, pasted or uploaded."""

import streamlit as st

from lmcore.ui.visit import t

LONGEST = 200_000  # characters


def own_pairs_control() -> str:
    """The text of the pairs, one a line; empty where none were given."""
    with st.popover(t("vectors.measure.own"), width="stretch", key="own_pairs"):
        st.markdown(t("vectors.measure.own.help"))
        pasted = st.text_area(
            t("vectors.measure.own.paste"),
            height=120,
            max_chars=LONGEST,
            key="own_pairs_text",
            placeholder=t("vectors.measure.own.example"),
        )
        file = st.file_uploader(
            t("vectors.measure.own.file"), type=["txt", "csv", "tsv"], key="own_pairs_file"
        )
    if pasted and pasted.strip():
        return pasted
    return file.getvalue()[: 4 * LONGEST].decode("utf-8", "replace")[:LONGEST] if file else ""
