"""Which architectures `transformers` has too, and which settings have no place there."""

from lmcore.models.configs.base import ModelConfig
from lmcore.models.configs.decoder import DecoderConfig
from lmcore.models.registry import architecture_of

COUNTERPARTS = {  # ours → module:function that writes the folder
    "gpt": "lmcore.models.gpt2_folder:export_gpt2_folder",
    "decoder": "lmcore.models.llama_folder:export_llama_folder",
    "bert": "lmcore.models.bert_folder:export_bert_folder",
    "t5": "lmcore.models.t5_folder:export_t5_folder",
}
LLAMA = {
    "position": "rope",
    "norm": "rmsnorm",
    "activation": "swiglu",
    "qk_norm": False,
    "token_shift": False,
    "zero_init": False,  # it also normalises the embedding
    "norm_scale": True,
    "tables": 0,
}


def obstacles(config: ModelConfig) -> tuple[str, ...]:
    """The settings that stand in the way of a folder for `transformers`; none if it can be written.

    >>> obstacles(DecoderConfig()), obstacles(DecoderConfig(position="alibi", tables=2))
    ((), ('position=alibi', 'tables=2'))
    """
    name = architecture_of(config)
    if name not in COUNTERPARTS:
        return (f"architecture={name}",)
    if not isinstance(config, DecoderConfig):
        return ()
    given = {setting: getattr(config, setting) for setting in LLAMA}
    return tuple(f"{setting}={value}" for setting, value in given.items() if value != LLAMA[setting])
