"""The constructed world teaches analogies no text spells out, in both languages, within a moment."""

import pytest

from lmcore.text.small_world.sentences import sentence_words
from lmcore.vectors.config import VectorsConfig
from lmcore.vectors.evaluation import analogy_scores
from lmcore.vectors.factory import trainer
from lmcore.vectors.queries import WordVectors
from lmcore.vectors.vocabulary import Vocabulary
from lmcore.vectors.word_sets import held_out_sections

RECOMMENDED = VectorsConfig(dimensions=64, epochs=15, learning_rate=0.1, subsample=1e-4)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_held_out_analogies_are_answered(language: str) -> None:
    sequences = sentence_words(language, 200_000, 1)
    vocabulary = Vocabulary.of(sequences, RECOMMENDED.min_count)
    trained = trainer(vocabulary, vocabulary.tokens(sequences), RECOMMENDED, 1)
    while trained.step < trained.planned_steps:
        trained.advance()
    vectors = WordVectors(vocabulary.words, vocabulary.counts, trained.vectors())
    sections = analogy_scores(vectors, held_out_sections(language))
    n = sum(section.n for section in sections)
    assert n > 100 and sum(section.n_correct for section in sections) >= 0.99 * n
