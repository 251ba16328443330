"""INTERIM, to be replaced by helper B."""

from lmcore.vectors.training import Word2Vec


def trainer(vocabulary, tokens, config, seed):  # type: ignore[no-untyped-def]
    return Word2Vec(vocabulary, tokens, config, seed)
