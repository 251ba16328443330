"""Language models by the name a visitor chooses, each in four sizes that are known to work."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from lmcore.checks import check_choice
from lmcore.models.registry import ARCHITECTURES
from lmcore.tasks.spec import RunSpec

Settings = Mapping[str, Any]

SIZES = ("tiny", "small", "medium", "large")
LIVE_MODEL, LIVE_SIZE = "fast", "small"
TRANSFORMER = {  # of every architecture with layers, heads and a width
    "tiny": {"n_layers": 2, "n_heads": 2, "d_model": 32, "context_length": 32},
    "small": {"n_layers": 3, "n_heads": 4, "d_model": 64, "context_length": 64},
    "medium": {"n_layers": 4, "n_heads": 4, "d_model": 128, "context_length": 64},
    "large": {"n_layers": 6, "n_heads": 6, "d_model": 192, "context_length": 128},
}
ADAMW = {
    "tiny": {"learning_rate": 6e-3},
    "small": {"learning_rate": 3e-3},
    "medium": {"learning_rate": 2e-3},
    "large": {"learning_rate": 1e-3},
}
FAST: dict[str, Settings] = {
    "tiny": {"n_layers": 1, "n_heads": 4, "d_model": 128, "context_length": 64},
    "small": {"n_layers": 2, "n_heads": 4, "d_model": 128, "context_length": 64},
    "medium": {"n_layers": 3, "n_heads": 4, "d_model": 128, "context_length": 64},
    "large": {"n_layers": 4, "n_heads": 6, "d_model": 192, "context_length": 128},
}
FAST_MODEL: Settings = {
    "position": "alibi",
    "norm": "layernorm",
    "norm_scale": False,
    "activation": "relu2",
    "qk_norm": True,
    "zero_init": True,
    "tables": 3,
    "table_rows": 8192,
    "d_table": 24,
}
FAST_TRAINING: Settings = {
    "optimizer": "muon",
    "schedule": "trapezoid",
    "cooldown": 0.6,
    "warmup_steps": 5,
    "weight_decay": 0.0,
    "gradient_clip": 0.0,
    "learning_rate": 0.03,
    "evaluate_every": 20,
    "steps": 400,
}
FAST_RATES: dict[str, Settings] = {size: {"batch_size": 24 if size == "tiny" else 16} for size in SIZES}
RECURRENT = {
    "tiny": {"d_embedding": 32, "d_hidden": 64, "n_layers": 1, "context_length": 32},
    "small": {"d_embedding": 64, "d_hidden": 128, "n_layers": 1, "context_length": 32},
    "medium": {"d_embedding": 128, "d_hidden": 256, "n_layers": 2, "context_length": 35},
    "large": {"d_embedding": 256, "d_hidden": 512, "n_layers": 2, "context_length": 35},
}
ADAM = {"optimizer": "adam", "weight_decay": 0.0, "learning_rate": 3e-3}
ARTICLE = {"d_embedding": 256, "d_hidden": 512, "n_layers": 2, "context_length": 35, "dropout": 0.5}
ARTICLE_TRAINING = {  # Adam at 0.001, StepLR with 0.95
    **ADAM,
    "learning_rate": 1e-3,
    "schedule": "steps",
    "decay": 0.95,
    "warmup_steps": 0,
    "batch_size": 64,
    "gradient_clip": 0.0,
}
NNLM = {
    "tiny": {"d_embedding": 16, "d_hidden": 32},
    "small": {"d_embedding": 32, "d_hidden": 64},
    "medium": {"d_embedding": 64, "d_hidden": 128},
    "large": {"d_embedding": 100, "d_hidden": 256},
}
ORDERS = {"tiny": {"order": 2}, "small": {"order": 3}, "medium": {"order": 5}, "large": {"order": 7}}


@dataclass(frozen=True)
class Preset:
    """An architecture with what is the same at all sizes, and what each size sets."""

    architecture: str
    model: Settings = field(default_factory=dict)
    training: Settings = field(default_factory=dict)
    sizes: Mapping[str, Settings] = field(default_factory=lambda: TRANSFORMER)
    rates: Mapping[str, Settings] = field(default_factory=lambda: ADAMW)


PRESETS = {
    "fast": Preset("decoder", FAST_MODEL, FAST_TRAINING, FAST, FAST_RATES),
    "gpt": Preset("gpt"),
    "decoder": Preset("decoder"),
    "ngram": Preset("ngram", {}, {}, ORDERS, {}),
    "nnlm": Preset("nnlm", {}, ADAM, NNLM, {}),
    "rnn": Preset("recurrent", {"cell": "rnn"}, ADAM, RECURRENT, {}),
    "gru": Preset("recurrent", {"cell": "gru"}, ADAM, RECURRENT, {}),
    "lstm": Preset("recurrent", {"cell": "lstm"}, ADAM, RECURRENT, {}),
    "article": Preset("recurrent", {"cell": "lstm", **ARTICLE}, ARTICLE_TRAINING, {}, {}),
    "bert": Preset("bert"),
    "t5": Preset("t5"),
    "unilm": Preset("unilm"),
    "reformer": Preset("reformer"),
}


def with_model(spec: RunSpec, name: str, size: str = LIVE_SIZE) -> RunSpec:
    """`spec` with another model, at that model's own settings; raises `ConfigError`.

    What is held back stays.
    """
    check_choice("model", name, tuple(PRESETS))
    check_choice("size", size, SIZES)
    preset = PRESETS[name]
    known = ARCHITECTURES[preset.architecture]
    model = known.config(**{**preset.model, **preset.sizes.get(size, {})})
    kept = ("validation_share", "test_share", "sample_length")
    own = {key: getattr(spec.training, key) for key in kept}
    training = type(spec.training)(
        **{**own, "objective": known.objectives[0], **preset.training, **preset.rates.get(size, {})}
    )
    return replace(spec, model=model, training=training)


def model_of(spec: RunSpec) -> str:
    """The name of the preset whose settings these are, or else of the first with this architecture."""
    alike = [name for name, preset in PRESETS.items() if preset.architecture == spec.architecture]
    same = [name for name in alike if _agrees(spec, PRESETS[name])]
    return max(same, key=lambda name: len(PRESETS[name].model)) if same else alike[-1]


def _agrees(spec: RunSpec, preset: Preset) -> bool:
    return all(getattr(spec.model, key) == value for key, value in preset.model.items())
