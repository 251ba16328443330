"""The settings of a run: one table of fields, shown at three depths, kept in the URL."""

from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from lmcore.errors import ConfigError
from lmcore.models.configs.decoder import ACTIVATIONS, NORMS, POSITIONS
from lmcore.models.configs.initial import SCHEMES
from lmcore.models.registry import ARCHITECTURES
from lmcore.tasks.model_presets import LIVE_MODEL, LIVE_SIZE, PRESETS, SIZES, with_model
from lmcore.tasks.presets import default_spec, with_method
from lmcore.tasks.spec import DEVICES, LANGUAGE_MODEL, PRECISIONS, WORD_VECTORS, RunSpec
from lmcore.text.config import KINDS, STEPS, CleaningConfig
from lmcore.training.config import OBJECTIVES, OPTIMIZERS, SCHEDULES
from lmcore.ui.link import one_of
from lmcore.ui.visit import language, t
from lmcore.vectors.config import (
    BACKENDS,
    DIMENSIONS,
    METHODS,
    MOST_THREADS,
    PREDICTIVE,
    backends_of,
)
from lmcore.vectors.config import OBJECTIVES as VECTOR_OBJECTIVES

LENGTHS = "~"  # sets the document lengths apart from the cleaning steps in a link
LIVE = ("learning_rate", "batch_size", "dropout")  # can be changed while the run trains


@dataclass(frozen=True)
class Field:
    """One setting: where it lives in the spec, and what the visitor may give."""

    name: str
    part: str  # "model", "training", "tokenizer", "vectors", or "" for the spec itself
    depth: str  # the first depth that shows it
    least: float = 0
    most: float = 0
    step: float = 1
    choices: tuple = ()
    decimals: str | None = None  # printf format of a number
    methods: tuple[str, ...] = ()  # of word vectors that have this setting; all, where none is named

    def read(self, spec: RunSpec) -> Any:
        """The field's value in `spec`."""
        return getattr(getattr(spec, self.part) if self.part else spec, self.name)

    def write(self, spec: RunSpec, value: Any) -> RunSpec:
        """`spec` with this field set; raises `ConfigError`."""
        return written(spec, {self: value})


def written(spec: RunSpec, values: dict[Field, Any]) -> RunSpec:
    """`spec` with all these fields set at once, since some only fit together; raises `ConfigError`."""
    parts: dict[str, dict[str, Any]] = {}
    for field, value in values.items():
        parts.setdefault(field.part, {})[field.name] = value
    own = parts.pop("", {})
    return replace(
        spec, **own, **{part: replace(getattr(spec, part), **changes) for part, changes in parts.items()}
    )


SWITCH = (False, True)
READ_OFTEN = (*PREDICTIVE, "glove")  # methods that are trained, in epochs and at a rate

FIELDS = {
    LANGUAGE_MODEL: (
        Field("learning_rate", "training", "tune", 0.0, 1.0, 0.0005, decimals="%.4f"),
        Field("steps", "training", "tune", 1, 1_000_000, 100),
        Field("batch_size", "training", "tune", 1, 65_536, 8),
        Field("context_length", "model", "tune", 2, 4096, 16),
        Field("dropout", "model", "tune", 0.0, 0.9, 0.05, decimals="%.2f"),
        Field("kind", "tokenizer", "tune", choices=KINDS),
        Field("objective", "training", "all", choices=OBJECTIVES),
        Field("optimizer", "training", "all", choices=OPTIMIZERS),
        Field("n_layers", "model", "all", 1, 64),
        Field("n_heads", "model", "all", 1, 64),
        Field("d_model", "model", "all", 1, 4096, 16),
        Field("vocab_size", "tokenizer", "all", 256, 100_000, 64),
        Field("position", "model", "all", choices=POSITIONS),
        Field("norm", "model", "all", choices=NORMS),
        Field("activation", "model", "all", choices=ACTIVATIONS),
        Field("qk_norm", "model", "all", choices=SWITCH),
        Field("tables", "model", "all", 0, 3),
        Field("table_rows", "model", "all", 16, 1_000_000, 1024),
        Field("token_shift", "model", "all", choices=SWITCH),
        Field("zero_init", "model", "all", choices=SWITCH),
        Field("order", "model", "all", 1, 8),
        Field("cell", "model", "all", choices=("rnn", "gru", "lstm")),
        Field("d_embedding", "model", "all", 1, 4096, 16),
        Field("d_hidden", "model", "all", 1, 4096, 16),
        Field("carry", "model", "all", choices=SWITCH),
        Field("adaptive", "model", "all", choices=SWITCH),
        Field("n_before", "model", "all", 1, 64),
        Field("direct", "model", "all", choices=SWITCH),
        Field("next_sentence", "model", "all", choices=SWITCH),
        Field("n_hashes", "model", "all", 1, 16),
        Field("bucket_length", "model", "all", 2, 1024, 8),
        Field("reversible", "model", "all", choices=SWITCH),
        Field("schedule", "training", "all", choices=SCHEDULES),
        Field("warmup_steps", "training", "all", 0, 100_000, 10),
        Field("cooldown", "training", "all", 0.0, 1.0, 0.1, decimals="%.2f"),
        Field("decay", "training", "all", 0.0, 1.0, 0.01, decimals="%.2f"),
        Field("accumulate", "training", "all", 1, 1_024),
        Field("label_smoothing", "training", "all", 0.0, 0.9, 0.05, decimals="%.2f"),
        Field("averaging", "training", "all", 0.0, 0.9999, 0.05, decimals="%.4f"),
        Field("weight_decay", "training", "all", 0.0, 10.0, 0.05, decimals="%.2f"),
        Field("gradient_clip", "training", "all", 0.0, 1000.0, 0.5, decimals="%.1f"),
        Field("seconds", "training", "all", 0.0, 86_400.0, 10.0, decimals="%.0f"),
        Field("validation_share", "training", "all", 0.01, 0.5, 0.05, decimals="%.2f"),
        Field("test_share", "training", "all", 0.0, 0.4, 0.05, decimals="%.2f"),
        Field("evaluate_every", "training", "all", 1, 1_000_000, 10),
        Field("sample_length", "training", "all", 0, 2_000, 20),
        Field("scheme", "initial", "all", choices=SCHEMES),
        Field("seed", "", "all", 0, 2**31 - 1),
        Field("device", "", "all", choices=DEVICES),
        Field("precision", "", "all", choices=PRECISIONS),
    ),
    WORD_VECTORS: (
        Field("method", "vectors", "dial", choices=METHODS),
        Field("epochs", "vectors", "tune", 1, 1_000, 5, methods=READ_OFTEN),
        Field("dimensions", "vectors", "tune", choices=DIMENSIONS),
        Field("window", "vectors", "tune", 1, 20),
        Field("min_count", "vectors", "tune", 1, 1_000),
        Field(
            "learning_rate",
            "vectors",
            "all",
            0.0,
            100.0,
            0.005,
            decimals="%.3f",
            methods=READ_OFTEN,
        ),
        Field("map_words", "vectors", "all", 10, 20_000, 100),
        Field("negative", "vectors", "all", 1, 20, methods=PREDICTIVE),
        Field("subsample", "vectors", "all", 0.0, 1.0, 0.0005, decimals="%.4f", methods=PREDICTIVE),
        Field("objective", "vectors", "all", choices=VECTOR_OBJECTIVES, methods=("skipgram", "cbow")),
        Field("ngram_least", "vectors", "all", 1, 12, methods=("fasttext",)),
        Field("ngram_most", "vectors", "all", 1, 12, methods=("fasttext",)),
        Field("buckets", "vectors", "all", 1_000, 2_000_000, 10_000, methods=("fasttext",)),
        Field("x_max", "vectors", "all", 1.0, 10_000.0, 10.0, decimals="%.0f", methods=("glove",)),
        Field("alpha", "vectors", "all", 0.0, 2.0, 0.05, decimals="%.2f", methods=("glove",)),
        Field("shift", "vectors", "all", 1.0, 100.0, 1.0, decimals="%.0f", methods=("ppmi",)),
        Field("backend", "vectors", "all", choices=BACKENDS),
        Field("threads", "vectors", "all", 1, MOST_THREADS, methods=READ_OFTEN),
        Field("seed", "", "all", 0, 2**31 - 1),
    ),
}


def chosen_spec(task: str) -> RunSpec:
    """The visitor's settings: the defaults, changed by the URL and then by the controls."""
    key = f"spec.{task}"
    if key not in st.session_state:
        st.session_state[key] = _from_url(_usual(task, st.query_params.get("method", METHODS[0])))
    return st.session_state[key]


def _usual(task: str, method: str) -> RunSpec:
    """The settings that need no word in a link: those of the model and size, or the method, that it names."""
    spec = default_spec(task, language())
    if task == WORD_VECTORS:
        return with_method(spec, method) if method in METHODS else spec
    return with_model(spec, one_of("model", (LIVE_MODEL, *PRESETS)), one_of("size", (LIVE_SIZE, *SIZES)))


def _from_url(spec: RunSpec) -> RunSpec:
    """The settings of a link; what does not fit any more is left at its default."""
    if corpus := st.query_params.get("corpus"):
        spec = replace(spec, corpus=corpus[:40])
    spec = replace(spec, cleaning=cleaning_of_link())
    asked = {
        field: parsed(field, st.query_params.get(field.name, ""))
        for field in FIELDS[spec.task]
        if belongs(field, spec)
    }
    try:
        return written(spec, {field: value for field, value in asked.items() if value is not None})
    except ConfigError:  # each value is possible, but not together
        return spec


def cleaning_of_link() -> CleaningConfig:
    """The cleaning steps as a link names them, with the shortest and longest document: `a.b.c~10~2000`."""
    names, _, lengths = st.query_params.get("clean", "").partition(LENGTHS)
    steps = dict.fromkeys(name for name in names.split(".") if name in STEPS)
    limits = [int(text) if text.isdecimal() and len(text) < 10 else 0 for text in lengths.split(LENGTHS)]
    return CleaningConfig(tuple(steps), *limits[:2])


def keep_cleaning_in_link(config: CleaningConfig) -> None:
    """Name the steps in the link; a text that is taken as it is needs no word."""
    if config == CleaningConfig():
        st.query_params.pop("clean", None)
    else:
        limits = f"{LENGTHS}{config.shortest}{LENGTHS}{config.longest}" if "length" in config.steps else ""
        st.query_params["clean"] = ".".join(config.steps) + limits


def keep_text_in_link(spec: RunSpec) -> None:
    """Name the text and its cleaning, which the link loses on the way from one page to another."""
    st.query_params["corpus"] = spec.corpus
    keep_cleaning_in_link(spec.cleaning)


def belongs(field: Field, spec: RunSpec) -> bool:
    """Whether the model of `spec` has this setting."""
    return not field.part or hasattr(getattr(spec, field.part), field.name)


def parsed(field: Field, text: str) -> Any:
    """A field's value as a link has it, or None where it is not one."""
    if field.choices:
        return next((choice for choice in field.choices if str(choice) == text), None)
    kind = float if field.decimals else int
    try:
        value = kind(text)
    except ValueError:
        return None
    return value if field.least <= value <= field.most else None


def keep_spec(spec: RunSpec) -> None:
    """Remember the settings, and mirror what differs from the defaults in the URL."""
    st.session_state[f"spec.{spec.task}"] = spec
    keep_cleaning_in_link(spec.cleaning)
    usual, first = _usual(spec.task, spec.vectors.method), METHODS[0]
    for field in FIELDS[spec.task]:
        if not belongs(field, spec):
            st.query_params.pop(field.name, None)
        elif field.read(spec) != (first if field.name == "method" else field.read(usual)):
            st.query_params[field.name] = str(field.read(spec))
        else:
            st.query_params.pop(field.name, None)


def replace_spec(spec: RunSpec) -> None:
    """Set all settings at once; the controls on the page are made anew, so that they show them."""
    st.session_state.form = st.session_state.get("form", 0) + 1
    keep_spec(spec)


def model_dials(spec: RunSpec) -> RunSpec:
    """The two dials of Play: which model, and how large."""
    model, size = one_of("model", (LIVE_MODEL, *PRESETS)), one_of("size", (LIVE_SIZE, *SIZES))
    form = st.session_state.get("form", 0)
    names = list(PRESETS)
    chosen = st.selectbox(
        t("field.model"),
        names,
        index=names.index(model),
        format_func=lambda name: t(f"model.{name}"),
        help=t(f"model.{model}.about"),
        key=f"model_dial_{form}",
    )
    wanted = st.select_slider(
        t("field.size"),
        SIZES,
        value=size,
        format_func=lambda name: t(f"size.{name}"),
        help=t("field.size.help"),
        disabled=not PRESETS[model].sizes,
        key=f"size_dial_{form}",
    )
    if (chosen, wanted) != (model, size):
        st.query_params.update(model=chosen, size=wanted)
        replace_spec(with_model(spec, chosen, wanted))
        st.rerun()
    return spec


def fields_form(spec: RunSpec, depth: str) -> tuple[RunSpec, list[str]]:
    """Controls for every field of this depth; gives the new spec and the names that were changed just now.

    Raises `ConfigError`, after all controls are drawn, when the values do not fit together.
    """
    values: dict[Field, Any] = {}
    shown = [field for field in FIELDS[spec.task] if _is_shown(field, spec, depth)]
    for pair in (shown[i : i + 2] for i in range(0, len(shown), 2)):
        with st.container(horizontal=True, gap="small", wrap=False, key=f"row_{pair[0].name}"):
            values |= {field: _control(field, spec) for field in pair}
    changed = {field: value for field, value in values.items() if value != field.read(spec)}
    if changed:
        spec = written(spec, changed)
        keep_spec(spec)
    return spec, [field.name for field in changed]


def _is_shown(field: Field, spec: RunSpec, depth: str) -> bool:
    """Whether a field belongs to this depth, and to the model or method; its dial is drawn apart."""
    used = not field.methods or spec.vectors.method in field.methods
    return used and belongs(field, spec) and field.depth in (("tune", "all") if depth == "all" else (depth,))


def method_dial(spec: RunSpec) -> RunSpec:
    """The one dial of word vectors: how they are learned."""
    now = spec.vectors.method if spec.vectors.method in METHODS else METHODS[0]
    chosen = st.selectbox(
        t("field.method"),
        METHODS,
        index=METHODS.index(now),
        format_func=lambda name: t(f"method.{name}"),
        help=t(f"method.{now}.about"),
        key=f"method_dial_{st.session_state.get('form', 0)}",
    )
    if chosen != spec.vectors.method:
        replace_spec(with_method(spec, chosen))
        st.rerun()
    return spec


def _control(field: Field, spec: RunSpec) -> Any:
    name = field.name if field.part != "tokenizer" or field.name != "kind" else "tokenizer"
    label = t(f"field.{name}")
    when = t("field.live") if spec.task == LANGUAGE_MODEL and field.name in LIVE else t("field.restart")
    help_text = f"{t(f'field.{name}.help')} {when}"
    value = field.read(spec)
    key = f"field_{spec.task}_{field.part}_{field.name}_{st.session_state.get('form', 0)}"
    if field.choices:
        offered = options(field, spec)

        def named(choice: Any) -> str:
            if isinstance(choice, bool):
                return t("choice.on" if choice else "choice.off")
            return t(f"choice.{choice}") if isinstance(choice, str) else str(choice)

        return st.selectbox(
            label, offered, index=offered.index(value), format_func=named, help=help_text, key=key
        )
    kind = float if field.decimals else int
    return st.number_input(
        label,
        min_value=kind(field.least),
        max_value=kind(field.most),
        value=kind(value),
        step=kind(field.step),
        format=field.decimals,
        help=help_text,
        key=key,
    )


def options(field: Field, spec: RunSpec) -> list[Any]:
    """What can be chosen with this method or this model."""
    if field.name == "backend":
        return list(backends_of(spec.vectors.method))
    if field.part == "training" and field.name == "objective":
        return list(ARCHITECTURES[spec.architecture].objectives)
    return list(field.choices)
