"""What is published for the tests of word vectors.

WordSim-353 and the analogies: Pennington, Socher & Manning (2014), tables 3 and 2: 6 billion words, 300
dimensions. SimLex-999: Hill, Reichart & Korhonen (2015), on the page of the set: skip-gram, a billion words.
"""

from typing import NamedTuple


class Published(NamedTuple):
    """A value of a paper; `name` is the key of the text that says what was trained, and on how much."""

    name: str
    value: float


PUBLISHED = {  # test → what stands beside it as a line
    "wordsim353": (Published("glove", 0.658), Published("cbow", 0.572)),
    "simlex999": (Published("skipgram_wikipedia", 0.37),),
    "google": (Published("glove", 0.717), Published("skipgram", 0.691)),
}
TOTALS = {"wordsim353": 353, "simlex999": 999, "google": 19_544}  # pairs, or questions
