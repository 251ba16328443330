"""Learn: what one update does to a pair of words, and how the vectors come to say what the text counts."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lmcore.runs.store import RunRecord
from lmcore.tasks.spec import RunSpec
from lmcore.ui.asking import asked
from lmcore.ui.components import show
from lmcore.ui.follow import follow, nothing_yet
from lmcore.ui.pictures import Draw
from lmcore.ui.server import engine
from lmcore.ui.vectors.usual_words import usual_words
from lmcore.ui.vectors.words import word_field
from lmcore.ui.visit import step_to_show, t
from lmcore.vectors.config import IMPORTED, VectorsConfig

FORMULAS = {
    "skipgram": (
        r"-\log\sigma(u_o^{\top} v_c)",
        r"-\sum_{k=1}^{K}\log\sigma(-u_k^{\top} v_c)",
    ),
    "cbow": (r"-\log\sigma(u_c^{\top}\bar v)", r"-\sum_{k=1}^{K}\log\sigma(-u_k^{\top}\bar v)"),
    "fasttext": (
        r"-\log\sigma(s_{co})-\sum_{k=1}^{K}\log\sigma(-s_{ck})",
        r"s_{co} = u_o^{\top}\textstyle\sum_{g\in c} z_g",
    ),
    "hierarchical": (r"-\sum_{n\in\mathrm{path}}\log\sigma(\pm u_n^{\top} v_c)",),
    "glove": (r"f(X_{ij})\,\bigl(w_i^{\top}\tilde w_j", r"+\,b_i+\tilde b_j-\log X_{ij}\bigr)^2"),
    "ppmi": (r"\max\Bigl(0,\ \log\frac{P(w,c)}{P(w)P(c)} - \log k\Bigr)",),
}


def learn_view(
    record: RunRecord, spec: RunSpec, level: str, controls: DeltaGenerator, stage: DeltaGenerator
) -> Draw | None:
    """The objective of the run's method beside its numbers, which the component fetches by itself."""
    usual, step = usual_words(record), step_to_show(record)
    with controls:
        word = word_field()
        message = st.container(key="message", gap="xsmall")
        _objective(record.spec.vectors, level)
    follow(record)
    if usual is None or step is None:
        with stage:
            nothing_yet(record)
        return None
    centre, context = word or usual.word, st.query_params.get("context", "")[:60]
    asking = {"source": engine().vectors, "run": record.id, "step": step}
    answer = asked("learn", message, centre=centre, context=context, nth=0, draw=0, **asking)
    with stage:
        show(
            "learn_vectors",
            on={"pair": _keep_pair},
            run=record.id,
            centre=answer["centre"] if answer else usual.word,
            context=context if answer else "",
        )
    return None


def _objective(config: VectorsConfig, level: str) -> None:
    """The formula of the method, what it says, and what it does not."""
    name = objective_of(config)
    if name == IMPORTED:
        st.markdown(f":gray[{t('vectors.learn.imported')}]")
        return
    st.markdown(f"**{t('vectors.learn.objective')}**")
    st.markdown("  \n".join(f"${line}$" for line in FORMULAS[name]))
    st.markdown(t(f"vectors.learn.{name}"))
    if level != "play":
        st.markdown(f":gray[{t('vectors.learn.limit')}]")


def objective_of(config: VectorsConfig) -> str:
    """Which formula is right for a run.

    >>> objective_of(VectorsConfig("cbow")), objective_of(VectorsConfig("cbow", objective="hierarchical"))
    ('cbow', 'hierarchical')
    """
    predictive = config.method in ("skipgram", "cbow")
    return "hierarchical" if predictive and config.objective == "hierarchical" else config.method


def _keep_pair() -> None:
    """Take the pair that was clicked: its first word is the word of all views."""
    said = st.session_state.learn_vectors.get("pair")
    if said:
        st.session_state.word = said["centre"]
        st.query_params["context"] = said["context"]
