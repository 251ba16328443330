"""What papers report for the tests of word vectors.

Pennington, Socher & Manning (2014), tables 2 and 3: 6 billion words, 300 dimensions. Hill, Reichart &
Korhonen (2015): skip-gram on Wikipedia, a billion words. Mikolov et al. (2013a): 783 million words.
"""

from typing import NamedTuple


class Published(NamedTuple):
    """A value of a paper; `name` is the key of the text that says what was trained, and on how much."""

    name: str
    value: float


PUBLISHED = {  # test → what stands beside it as a line
    "wordsim353": (Published("glove", 0.658), Published("cbow", 0.572)),
    "simlex999": (Published("skipgram_wikipedia", 0.414),),
    "google": (Published("glove", 0.717), Published("skipgram_783m", 0.533)),
}
TOTALS = {"wordsim353": 353, "simlex999": 999, "google": 19_544}  # pairs, or questions
