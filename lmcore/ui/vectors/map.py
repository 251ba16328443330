"""Map: the words of a run in the plane or in space, and the neighbours of one of them."""

from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lmcore.errors import TextError
from lmcore.runs.store import RunRecord
from lmcore.tasks.spec import RunSpec
from lmcore.text.small_world.parts import PARTS
from lmcore.ui.asking import asked
from lmcore.ui.components import show
from lmcore.ui.follow import follow
from lmcore.ui.link import one_of
from lmcore.ui.messages import show_error
from lmcore.ui.pictures import Draw, map_figure
from lmcore.ui.server import engine
from lmcore.ui.vectors.usual_words import usual_words
from lmcore.ui.vectors.words import picked_word, picked_words, word_field, words_of_link
from lmcore.ui.visit import step_to_show, t

NEIGHBOURS = 5
METHODS = ("umap", "pca", "tsne", "axes", "umap_reference")
COLOURS = ("cluster", "space", "frequency", "part", "kept")


def map_view(
    record: RunRecord, spec: RunSpec, level: str, controls: DeltaGenerator, stage: DeltaGenerator
) -> Draw | None:
    """The map of the step that the dock shows; it fetches its frames by itself."""
    with controls:
        with st.container(horizontal=True, gap="small", wrap=False, key="map_row"):
            word = word_field(labelled=False)
            with st.popover(t("vectors.map.picture"), key="picture_settings"):
                picture = _picture_settings(record)
        neighbours = _neighbours(record, word, listed=level == "play")
    follow(record)
    with stage:
        show(
            "word_map",
            on={"word": lambda: picked_word("word_map"), "words": lambda: picked_words("word_map")},
            run=record.id,
            word=word,
            words=words_of_link(),
            neighbours=neighbours,
            part_texts={part: t(f"world_part.{part}") for part in PARTS},
            **picture,
        )
    return map_figure(record)


def _neighbours(record: RunRecord, word: str | None, *, listed: bool) -> list[dict[str, Any]]:
    """The words nearest to `word` at the step that is shown; an unknown one gets near spellings."""
    step = step_to_show(record)
    if word is None or step is None:
        if listed:
            st.markdown(f":gray[{t('embeddings.click')}]")
        return []
    asking = {"source": engine().vectors, "run": record.id, "step": step}
    answer = asked("neighbours", st.container(key="message", gap="xsmall"), word=word, n=NEIGHBOURS, **asking)
    if answer is None or answer["word"] != word:
        return []
    if listed:
        rows = answer["rows"]
        show("neighbours", on={"word": lambda: picked_word("neighbours")}, word=word, rows=rows)
    return answer["rows"]


def _picture_settings(record: RunRecord) -> dict[str, Any]:
    """How the words are laid out and coloured."""
    method = _choice("projection", METHODS)
    dims = 2 if method == "axes" else int(_choice("dims", ("2", "3")))
    axes = _axes_fields(record) if method == "axes" else None
    colour = _choice("colour", COLOURS)
    trail = st.toggle(t("embeddings.trail"), key="trail", bind="query-params")
    search = st.text_input(t("vectors.map.search"), key="find", bind="query-params", max_chars=200)
    st.markdown(f":gray[{t(f'vectors.map.projection.{method}.about')}]")
    chosen = {"method": method, "dims": dims, "axes": axes, "colour": colour}
    return {**chosen, "trail": trail, "search": search or None}


def _choice(name: str, choices: tuple[str, ...]) -> str:
    """A choice that the link keeps by its own name."""
    chosen = st.selectbox(
        t(f"vectors.map.{name}"),
        choices,
        index=choices.index(one_of(name, choices)),
        format_func=lambda choice: t(f"vectors.map.{name}.{choice}"),
        key=f"map_{name}",
    )
    if chosen == choices[0]:
        st.query_params.pop(name, None)
    else:
        st.query_params[name] = chosen
    return chosen


def _axes_fields(record: RunRecord) -> dict[str, str] | None:
    """From which word to which each axis leads; None, and a sentence, where that is not said."""
    known = usual_words(record)
    usual = known.axes if known is not None else ("", "")
    axes = {}
    for name, given in zip("xy", usual, strict=True):
        label = t(f"vectors.map.axis_{name}")
        typed = st.text_input(label, key=f"axis_{name}", bind="query-params", placeholder=given) or given
        ends = [end.strip().lower() for end in typed.split("..")]
        if len(ends) != 2 or not all(ends):
            show_error(TextError("axis_unclear", given=typed[:40]))
            return None
        axes[name] = "..".join(ends)
    return axes
