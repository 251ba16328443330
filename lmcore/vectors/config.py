"""How word vectors are trained, without numba, so that the server can check it."""

from dataclasses import dataclass

from lmcore.checks import check_choice, check_range

DIMENSIONS = (32, 64, 100, 128, 200, 300)  # compile-time constants of the kernel


@dataclass(frozen=True)
class Word2VecConfig:
    """Skip-gram with negative sampling (Mikolov et al. 2013b, eq. 4)."""

    dimensions: int = 64
    window: int = 5  # words on either side, at most
    negative: int = 5  # sampled words for every pair
    epochs: int = 20
    min_count: int = 3  # rarer words are left out
    subsample: float = 1e-3  # t of eq. 5; 0 keeps every word
    learning_rate: float = 0.025  # falls linearly to a ten-thousandth of it
    map_words: int = 1000  # the most frequent words drawn on the map

    def __post_init__(self) -> None:
        check_choice("dimensions", str(self.dimensions), tuple(map(str, DIMENSIONS)))
        check_range("window", self.window, 1, 20)
        check_range("negative", self.negative, 1, 20)
        check_range("epochs", self.epochs, 1, 1_000)
        check_range("min_count", self.min_count, 1, 1_000)
        check_range("subsample", self.subsample, 0, 1)
        check_range("learning_rate", self.learning_rate, 0, 100)
        check_range("map_words", self.map_words, 10, 20_000)
