"""How word vectors are trained, without numba, so that the server can check it."""

from dataclasses import dataclass, replace

from lmcore.checks import check_choice, check_range
from lmcore.errors import ConfigError

DIMENSIONS = (32, 64, 100, 128, 200, 300)  # compile-time constants of the kernels
METHODS = ("skipgram", "cbow", "fasttext", "glove", "ppmi")
IMPORTED = "imported"  # vectors that were trained elsewhere
OBJECTIVES = ("negative", "hierarchical")  # of skip-gram and CBOW
BACKENDS = ("compiled", "gensim", "torch")
MOST_THREADS = 64
PREDICTIVE = ("skipgram", "cbow", "fasttext")  # they read the text again and again; the others count it once

_BACKENDS_OF = {  # what besides our own kernels can train a method
    "skipgram": BACKENDS,
    "cbow": BACKENDS,
    "fasttext": ("compiled", "gensim"),
    "glove": ("compiled", "torch"),
    "ppmi": ("compiled",),
    IMPORTED: ("compiled",),
}


@dataclass(frozen=True)
class VectorsConfig:
    """One method of learning word vectors, and its settings; what a method does not use is ignored.

    `skipgram` and `cbow`: Mikolov et al. (2013a, b). `fasttext`: Bojanowski et al. (2017), skip-gram over
    character n-grams. `glove`: Pennington et al. (2014). `ppmi`: Levy & Goldberg (2014), counted and
    factorised, nothing is trained.
    """

    method: str = "skipgram"
    dimensions: int = 64
    window: int = 5  # words on either side, at most
    negative: int = 5  # sampled words for every pair
    epochs: int = 20
    min_count: int = 3  # rarer words are left out
    subsample: float = 1e-3  # t of Mikolov et al. (2013b, eq. 5); 0 keeps every word
    learning_rate: float = 0.025  # falls linearly to a ten-thousandth of it; GloVe's (AdaGrad) does not fall
    map_words: int = 1000  # the most frequent words drawn on the map
    objective: str = "negative"  # sampling, or a hierarchical softmax
    backend: str = "compiled"  # our kernels, gensim, or torch
    threads: int = 1  # more than one update the same matrices without locks (Hogwild, Niu et al. 2011)
    ngram_least: int = 3  # letters of FastText's shortest n-gram
    ngram_most: int = 6  # and of its longest
    buckets: int = 50_000  # among which FastText's n-grams are spread
    x_max: float = 10.0  # GloVe: pairs counted more often weigh no more
    alpha: float = 0.75  # GloVe: exponent of the weight below x_max
    shift: float = 1.0  # PPMI: its logarithm is taken off, as k negatives would do

    def __post_init__(self) -> None:
        check_choice("method", self.method, (*METHODS, IMPORTED))
        if self.method != IMPORTED:
            check_choice("dimensions", str(self.dimensions), tuple(map(str, DIMENSIONS)))
        check_choice("objective", self.objective, OBJECTIVES)
        check_choice("backend", self.backend, _BACKENDS_OF[self.method])
        if self.objective == "hierarchical" and (self.method == "fasttext" or self.backend == "torch"):
            raise ConfigError("not_a_choice", name="objective", value=self.objective, choices="negative")
        check_range("window", self.window, 1, 20)
        check_range("negative", self.negative, 1, 20)
        check_range("epochs", self.epochs, 1, 1_000)
        check_range("min_count", self.min_count, 1, 1_000)
        check_range("subsample", self.subsample, 0, 1)
        check_range("learning_rate", self.learning_rate, 0, 100)
        check_range("map_words", self.map_words, 10, 20_000)
        check_range("threads", self.threads, 1, MOST_THREADS)
        check_range("ngram_least", self.ngram_least, 1, 12)
        check_range("ngram_most", self.ngram_most, self.ngram_least, 12)
        check_range("buckets", self.buckets, 1_000, 2_000_000)
        check_range("x_max", self.x_max, 1, 10_000)
        check_range("alpha", self.alpha, 0, 2)
        check_range("shift", self.shift, 1, 100)


def backends_of(method: str) -> tuple[str, ...]:
    """What can train a method.

    >>> backends_of("glove")
    ('compiled', 'torch')
    """
    return _BACKENDS_OF[method]


def imported_language(corpus: str) -> str:
    """Language of vectors that were trained elsewhere: no text of ours, so a corpus id tells it.

    >>> imported_language("imported_zh"), imported_language("imported_en")
    ('zh', 'en')
    """
    return "zh" if corpus == f"{IMPORTED}_zh" else "en"


def changed(config: VectorsConfig, name: str, value: float) -> VectorsConfig:
    """`config` with what may change while it trains: `learning_rate`; raises `ConfigError` for the rest."""
    if name != "learning_rate":
        raise ConfigError("not_a_choice", name="setting", value=name, choices="learning_rate")
    return replace(config, learning_rate=float(value))
