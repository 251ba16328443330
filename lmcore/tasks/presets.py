"""Sizes of language models that are known to work, and what Start trains when nothing was chosen."""

from dataclasses import replace

from lmcore.checks import check_choice
from lmcore.tasks.spec import WORD_VECTORS, RunSpec
from lmcore.text.config import TokenizerConfig
from lmcore.vectors.config import backends_of

SIZES = {  # layers, heads, width, context length, batch size, learning rate
    "tiny": (2, 2, 32, 32, 32, 6e-3),
    "small": (3, 4, 64, 64, 32, 3e-3),
    "medium": (4, 4, 128, 64, 32, 2e-3),
    "large": (6, 6, 192, 128, 32, 1e-3),
}
LIVE = "small"
METHODS = {  # method → its own settings; see benchmarks/word_vectors.py for what they reach
    "skipgram": {"epochs": 10, "learning_rate": 0.1, "subsample": 3e-4, "window": 5},
    "cbow": {"epochs": 20, "learning_rate": 0.1, "subsample": 1e-3, "window": 5},
    "fasttext": {"epochs": 10, "learning_rate": 0.05, "subsample": 1e-3, "window": 5},
    "glove": {"epochs": 25, "learning_rate": 0.05, "window": 10, "x_max": 10.0},
    "ppmi": {"epochs": 1, "window": 10, "shift": 5.0},
}


def sized(spec: RunSpec, size: str) -> RunSpec:
    """`spec` with the shape, batch and rate of one of `SIZES`, or of `live`; raises `ConfigError`."""
    check_choice("preset", size, ("live", *SIZES))
    layers, heads, width, context, batch, rate = SIZES[LIVE if size == "live" else size]
    model = replace(spec.model, n_layers=layers, n_heads=heads, d_model=width, context_length=context)
    return replace(spec, model=model, training=replace(spec.training, batch_size=batch, learning_rate=rate))


def with_method(spec: RunSpec, method: str) -> RunSpec:
    """`spec` with another way of learning word vectors, at that way's own settings; raises `ConfigError`."""
    backend = spec.vectors.backend if spec.vectors.backend in backends_of(method) else "compiled"
    kept = {"method": method, "backend": backend, "objective": "negative"}
    return replace(spec, vectors=replace(spec.vectors, **kept, **METHODS.get(method, {})))


def default_spec(task: str, language: str = "en") -> RunSpec:
    """What Start trains when nothing was chosen: the constructed world, in the visitor's language."""
    text = "sentences" if task == WORD_VECTORS else "world"
    tokenizer = TokenizerConfig(usual_tokenizer(language))
    spec = sized(RunSpec(task=task, corpus=f"{text}_{language}", tokenizer=tokenizer), "live")
    return with_method(spec, "skipgram") if task == WORD_VECTORS else spec


def usual_tokenizer(language: str) -> str:
    """Chinese is read by characters, other text in pieces that leave nothing unknown."""
    return "character" if language == "zh" else "byte_bpe"
