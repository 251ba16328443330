"""The trainer that a configuration asks for."""

from importlib import import_module

import numpy as np

from lmcore.vectors.config import VectorsConfig
from lmcore.vectors.trainer import Trainer
from lmcore.vectors.vocabulary import Vocabulary

_COMPILED = {  # method → module and class of our own kernels
    "skipgram": ("predictive", "SkipGram"),
    "cbow": ("predictive", "Cbow"),
    "fasttext": ("predictive", "FastText"),
    "glove": ("glove", "Glove"),
    "ppmi": ("ppmi", "Ppmi"),
}
_BACKENDS = {"gensim": ("gensim_backend", "GensimVectors"), "torch": ("torch_backend", "TorchVectors")}


def trainer(vocabulary: Vocabulary, tokens: np.ndarray, config: VectorsConfig, seed: int) -> Trainer:
    """A training before its first step. Only what is asked for is imported."""
    module, name = _BACKENDS.get(config.backend) or _COMPILED[config.method]
    return getattr(import_module(f"lmcore.vectors.{module}"), name)(vocabulary, tokens, config, seed)
