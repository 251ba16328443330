"""Ways of learning word vectors that are known to work, and what Start trains when nothing was chosen."""

from dataclasses import replace

from lmcore.tasks.model_presets import LIVE_MODEL, with_model
from lmcore.tasks.spec import WORD_VECTORS, RunSpec
from lmcore.text.config import TokenizerConfig
from lmcore.vectors.config import backends_of

METHODS = {  # method → its own settings; see benchmarks/word_vectors.py for what they reach
    "skipgram": {"epochs": 10, "learning_rate": 0.1, "subsample": 3e-4, "window": 5},
    "cbow": {"epochs": 20, "learning_rate": 0.1, "subsample": 1e-3, "window": 5},
    "fasttext": {"epochs": 10, "learning_rate": 0.05, "subsample": 1e-3, "window": 5},
    "glove": {"epochs": 25, "learning_rate": 0.05, "window": 10, "x_max": 10.0},
    "ppmi": {"epochs": 1, "window": 10, "shift": 5.0},
}


def with_method(spec: RunSpec, method: str) -> RunSpec:
    """`spec` with another way of learning word vectors, at that way's own settings; raises `ConfigError`."""
    backend = spec.vectors.backend if spec.vectors.backend in backends_of(method) else "compiled"
    kept = {"method": method, "backend": backend, "objective": "negative"}
    return replace(spec, vectors=replace(spec.vectors, **kept, **METHODS.get(method, {})))


def default_spec(task: str, language: str = "en") -> RunSpec:
    """What Start trains when nothing was chosen: the constructed world, in the visitor's language."""
    text = "sentences" if task == WORD_VECTORS else "world"
    tokenizer = TokenizerConfig(usual_tokenizer(language))
    spec = RunSpec(task=task, corpus=f"{text}_{language}", tokenizer=tokenizer)
    return with_method(spec, "skipgram") if task == WORD_VECTORS else with_model(spec, LIVE_MODEL)


def usual_tokenizer(language: str) -> str:
    """Chinese is read by characters, other text in pieces that leave nothing unknown."""
    return "character" if language == "zh" else "byte_bpe"
