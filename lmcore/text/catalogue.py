"""What a machine that is online can fetch: texts and word vectors, each with its size, SHA-256 and licence.

Where the hashes come from. Files of GitHub repositories: hashed from the commit that the address names.
WikiText-2 and AG News (training part): the checksum lists that once came with Hugging Face's `datasets`
(`dataset_infos.json`). TinyStories: the Git LFS record of its repository on Hugging Face at that revision.
text8, GloVe, fastText: SHA-256 and size as several independent projects publish them for the same address.
A file that has changed since is refused by its hash, and the next mirror is asked.
"""

from dataclasses import dataclass
from urllib.parse import quote


@dataclass(frozen=True)
class RemoteFile:
    """A file on the net. `name` tells a reader the format; `mirrors` are tried in order."""

    name: str
    size: int  # bytes
    sha256: str
    mirrors: tuple[str, ...]


@dataclass(frozen=True)
class Entry:
    """Something to fetch, and how to read it.

    Of a parallel corpus in two files the n-th lines belong together, the first file is in `language`.
    Columns of a table without a header are named by their number, from "1".
    """

    id: str  # its texts are `catalogue.ID` and `catalogue.ID.about`
    name: str
    kind: str  # "text", "labelled", "parallel" or "vectors"
    language: str  # "en" or "zh"
    licence: str
    source: str
    files: tuple[RemoteFile, ...]
    member: str = ""  # what to read of an archive; a folder ends with "/"
    columns: tuple[str, ...] = ()  # where the text is, or the two sides of a pair
    label: str = ""  # where the label is: a column, or "folder"
    label_names: tuple[tuple[str, str], ...] = ()  # what the labels mean
    separator: str = ""  # what stands between two documents
    other_language: str = ""  # of a parallel corpus

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)


def entry(entry_id: str) -> Entry:
    """The entry with this id; `KeyError` when there is none.

    >>> entry("multi30k_de").size, entry("multi30k_de").kind
    (1205973, 'parallel')
    """
    return _BY_ID[entry_id]


def _github(repository: str, commit: str, path: str, size: int, sha256: str) -> RemoteFile:
    """A file of a commit, from GitHub or the content network jsDelivr, which serves files up to 20 MB."""
    mirrors = [f"https://raw.githubusercontent.com/{repository}/{commit}/{quote(path)}"]
    if size < 20_000_000:
        mirrors.append(f"https://cdn.jsdelivr.net/gh/{repository}@{commit}/{quote(path)}")
    return RemoteFile(path.rpartition("/")[2], size, sha256, tuple(mirrors))


def _hugging_face(dataset: str, revision: str, name: str, size: int, sha256: str) -> RemoteFile:
    """A file of a data set on Hugging Face, or on the mirror that is reached from China."""
    path = f"datasets/{dataset}/resolve/{revision}/{name}"
    hosts = ("huggingface.co", "hf-mirror.com")
    return RemoteFile(name, size, sha256, tuple(f"https://{host}/{path}" for host in hosts))


def _gensim(name: str, size: int, sha256: str) -> RemoteFile:
    path = f"gensim-data/releases/download/{name}/{name}.gz"
    owners = ("piskvorky", "RaRe-Technologies")
    return RemoteFile(f"{name}.gz", size, sha256, tuple(f"https://github.com/{o}/{path}" for o in owners))


def _tang(name: str, size: int, sha256: str) -> RemoteFile:
    commit = "99ebbef7e1345c0985c44b9fd96a3f9e776f117b"
    return _github("chinese-poetry/chinese-poetry", commit, f"全唐诗/{name}.json", size, sha256)


def _multi30k(language: str, size: int, sha256: str) -> RemoteFile:
    commit = "a3d2e0d26b56f3846f66a952536ffed4e401d05a"
    return _github("multi30k/dataset", commit, f"data/task1/raw/train.{language}.gz", size, sha256)


_GUTENBERG = "public domain in the USA; the Project Gutenberg licence is inside the file"
_MULTI30K = "research and teaching, not commercial (captions after Flickr30k)"
_ENGLISH_SIDE = _multi30k("en", 568_929, "d79cfa999dd4c51d2cb42499b6796d5a882c3a8a961923c25a898c90f8bbd56f")

_TEXTS = (
    Entry(
        id="tinyshakespeare",
        name="Tiny Shakespeare",
        kind="text",
        language="en",
        licence="public domain",
        source="github.com/karpathy/char-rnn (40,000 lines of Shakespeare)",
        files=(
            _github(
                "karpathy/char-rnn",
                "6f9487a6fe5b420b7ca9afb0d7c078e37c1d1b4e",
                "data/tinyshakespeare/input.txt",
                1_115_394,
                "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
            ),
        ),
    ),
    Entry(
        id="tinystories",
        name="TinyStories",
        kind="text",
        language="en",
        licence="CDLA-Sharing-1.0",
        source="huggingface.co/datasets/roneneldan/TinyStories (validation part; Eldan and Li, 2023)",
        files=(
            _hugging_face(
                "roneneldan/TinyStories",
                "f54c09fd23315a6f9c86f9dc80f725de7d8f9c64",
                "TinyStories-valid.txt",
                19_447_282,
                "94e431816c4cce81ff71e4408ff8d3bda9a42e8d2663986697c3954288cb38b4",
            ),
        ),
        separator="<|endoftext|>",
    ),
    Entry(
        id="wikitext2",
        name="WikiText-2",
        kind="text",
        language="en",
        licence="CC BY-SA 4.0",
        source="Wikipedia; Merity et al., 2016 (raw version, training part)",
        files=(
            _hugging_face(
                "ggml-org/ci",
                "927b3642933080f1b0e811e2f916e14c292992f9",
                "wikitext-2-raw-v1.zip",
                4_721_645,
                "ef7edb566e3e2b2d31b29c1fdb0c89a4cc683597484c3dc2517919c615435a11",
            ),
        ),
        member="wikitext-2-raw/wiki.train.raw",
    ),
    Entry(
        id="text8",
        name="text8",
        kind="text",
        language="en",
        licence="CC BY-SA 3.0 and GFDL (Wikipedia)",
        source="mattmahoney.net/dc/textdata (100 million characters, a to z and blanks)",
        files=(
            RemoteFile(
                "text8.zip",
                31_344_016,
                "a6640522afe85d1963ad56c05b0ede0a0c000dddc9671758a6cc09b7a38e5232",
                ("https://mattmahoney.net/dc/text8.zip", "https://data.deepai.org/text8.zip"),
            ),
        ),
        member="text8",
    ),
    Entry(
        id="names",
        name="Given names",
        kind="text",
        language="en",
        licence="MIT",
        source="github.com/karpathy/makemore (32,033 names)",
        files=(
            _github(
                "karpathy/makemore",
                "988aa59e4d8fefa526d06f3b453ad116258398d4",
                "names.txt",
                228_145,
                "0a30b5557f192f32ab962680889aac5f6fda0f4cecf40a6d0b5694f58ea8cc4d",
            ),
        ),
        separator="\n",
    ),
    Entry(
        id="alice",
        name="Alice's Adventures in Wonderland",
        kind="text",
        language="en",
        licence=_GUTENBERG,
        source="Lewis Carroll; Project Gutenberg 11",
        files=(
            _github(
                "GITenberg/Alice-s-Adventures-in-Wonderland_11",
                "7f18748e114b994d5d9454d5793581bc0b9cf9d7",
                "11-0.txt",
                173_595,
                "49a0b2726606e1290ac03a63978fa1dd1bd38a8d805704d98265f393533ea094",
            ),
        ),
    ),
    Entry(
        id="austen",
        name="Pride and Prejudice, Emma",
        kind="text",
        language="en",
        licence=_GUTENBERG,
        source="Jane Austen; Project Gutenberg 1342 and 158",
        files=(
            _github(
                "GITenberg/Pride-and-Prejudice_1342",
                "81db45c9c48c592f0b77f01fc59e677ad0a5634e",
                "1342-0.txt",
                724_725,
                "48e0522844402a86a3ea98f0947ba85ea54838db3c59022299298ed968a5a163",
            ),
            _github(
                "GITenberg/Emma_158",
                "9943f6422b9246e7ad37625d6bd014b035fbfdea",
                "158-0.txt",
                927_445,
                "89b601ce13c21eca31766bdd1a554842fc9ecb7d3638cc769f41712a523e24cf",
            ),
        ),
    ),
    Entry(
        id="war_and_peace",
        name="War and Peace",
        kind="text",
        language="en",
        licence=_GUTENBERG,
        source="Leo Tolstoy; Project Gutenberg 2600",
        files=(
            _github(
                "GITenberg/War-and-Peace_2600",
                "fa22ab90f00f627e83d14acabe32d91602d2365d",
                "2600-0.txt",
                3_359_542,
                "6cbcc5ca5e590fb9ace161a5b93e4ecf280d7118104be0d63b686c004cfa70ae",
            ),
        ),
    ),
    Entry(
        id="red_chamber",
        name="红楼梦",
        kind="text",
        language="zh",
        licence="public domain",
        source="曹雪芹; github.com/tennessine/corpus",
        files=(
            _github(
                "tennessine/corpus",
                "c5ce96aca36c6a3cb4da5f0ff7d2d5fa30c32aea",
                "红楼梦.txt",
                2_522_985,
                "5eca888fb54188d644df70fa555dd3c9cbdd3a8d7b3034fb59f7a81e16f05dc7",
            ),
        ),
    ),
    Entry(
        id="journey_west",
        name="西游记",
        kind="text",
        language="zh",
        licence="public domain",
        source="吴承恩; github.com/tennessine/corpus",
        files=(
            _github(
                "tennessine/corpus",
                "c5ce96aca36c6a3cb4da5f0ff7d2d5fa30c32aea",
                "西游记.txt",
                1_999_157,
                "3f2bf2164ee63ad7ce3ef88c830e88e860f47719740b13e6c4a1fe4d3be09b80",
            ),
        ),
    ),
    Entry(
        id="tang_300",
        name="唐诗三百首",
        kind="text",
        language="zh",
        licence="MIT (collection); the poems are in the public domain",
        source="github.com/chinese-poetry/chinese-poetry",
        files=(
            _tang("唐诗三百首", 190_787, "d77a145f7470da2ed2f79515944563c062ffc43fceda07f195a36ead66b7e5c7"),
        ),
        columns=("paragraphs",),
    ),
    Entry(
        id="tang_poems",
        name="全唐诗",
        kind="text",
        language="zh",
        licence="MIT (collection); the poems are in the public domain",
        source="github.com/chinese-poetry/chinese-poetry (its first 4,003 poems)",
        files=(
            _tang("poet.tang.0", 408_405, "4f88f429938082523cdc72a1612bd7a7c3e3f7a33f8192c61ae51340efc3c92d"),
            _tang(
                "poet.tang.1000", 477_519, "6e703b8d8dcedbd6110f6d48d043665ca2131db2035a5bfcef5e59a19aeb6d75"
            ),
            _tang(
                "poet.tang.2000", 417_948, "ec28efa7e2ae9cdbbba09f0ed186e32ccae47a325ad1e5816b7ad56071c1665a"
            ),
            _tang(
                "poet.tang.3000", 453_811, "9e4ba2323752b6b9fbdba875cdbc6a26636fe0cabc85fd066370d4915952001f"
            ),
        ),
        columns=("paragraphs",),
    ),
)

_LABELLED = (
    Entry(
        id="ag_news",
        name="AG News",
        kind="labelled",
        language="en",
        licence="research, not commercial (A. Gulli)",
        source="github.com/mhjabreel/CharCnn_Keras (120,000 news; Zhang et al., 2015)",
        files=(
            _github(
                "mhjabreel/CharCnn_Keras",
                "555590db4219b1243abb1918effd6a7425a2d75f",
                "data/ag_news_csv/train.csv",
                29_470_338,
                "76a0a2d2f92b286371fe4d4044640910a04a803fdd2538e0f3f29a5c6f6b672e",
            ),
        ),
        columns=("3",),  # the description; the title is in "2"
        label="1",
        label_names=(("1", "World"), ("2", "Sports"), ("3", "Business"), ("4", "Sci/Tech")),
    ),
    Entry(
        id="ag_news_small",
        name="AG News, test part",
        kind="labelled",
        language="en",
        licence="research, not commercial (A. Gulli)",
        source="github.com/mhjabreel/CharCnn_Keras (7,600 news; Zhang et al., 2015)",
        files=(
            _github(
                "mhjabreel/CharCnn_Keras",
                "555590db4219b1243abb1918effd6a7425a2d75f",
                "data/ag_news_csv/test.csv",
                1_857_427,
                "521465c2428ed7f02f8d6db6ffdd4b5447c1c701962353eb2c40d548c3c85699",
            ),
        ),
        columns=("3",),
        label="1",
        label_names=(("1", "World"), ("2", "Sports"), ("3", "Business"), ("4", "Sci/Tech")),
    ),
    Entry(
        id="movie_reviews",
        name="Movie reviews",
        kind="labelled",
        language="en",
        licence="CC BY 4.0",
        source="github.com/nltk/nltk_data (2,000 reviews; Pang and Lee, 2004)",
        files=(
            _github(
                "nltk/nltk_data",
                "5db857e6f7df11eabb5e5665836db9ec8df07e28",
                "packages/corpora/movie_reviews.zip",
                4_004_848,
                "a41211ae685019137410268134db6a1a14428c89b671eb83056151a878539008",
            ),
        ),
        member="movie_reviews/",
        label="folder",
        label_names=(("pos", "positive"), ("neg", "negative")),
    ),
    Entry(
        id="hotel_reviews",
        name="酒店评论 ChnSentiCorp",
        kind="labelled",
        language="zh",
        licence="no licence stated; published for research (Tan Songbo)",
        source="github.com/SophonPlus/ChineseNlpCorpus (7,766 reviews)",
        files=(
            _github(
                "SophonPlus/ChineseNlpCorpus",
                "a0b781d72158bde242c0626c9e354d2b328865ff",
                "datasets/ChnSentiCorp_htl_all/ChnSentiCorp_htl_all.csv",
                2_904_858,
                "1d414b9c65caf3a836abdb4efded621968502ad3338e1a9d885ae131c86083f0",
            ),
        ),
        columns=("review",),
        label="label",
        label_names=(("1", "positive"), ("0", "negative")),
    ),
)

_PARALLEL = (
    Entry(
        id="tatoeba_zh",
        name="Tatoeba, English and Chinese",
        kind="parallel",
        language="en",
        other_language="zh",
        licence="CC BY 2.0 FR (the third column names the authors)",
        source="tatoeba.org; github.com/13luoyu/Transformer-machine-translation",
        files=(
            _github(
                "13luoyu/Transformer-machine-translation",
                "aa43963320ccfacebd1d3542deae559bbca58d03",
                "cmn.txt",
                4_151_383,
                "aa264a2447b26ab7c9d413f8321f9e2a779fd134b5118306b6e26a3499b3926e",
            ),
        ),
        columns=("1", "2"),
    ),
    Entry(
        id="multi30k_de",
        name="Multi30k, English and German",
        kind="parallel",
        language="en",
        other_language="de",
        licence=_MULTI30K,
        source="github.com/multi30k/dataset (29,000 captions; Elliott et al., 2016)",
        files=(
            _ENGLISH_SIDE,
            _multi30k("de", 637_044, "726e39b2fa9eb9ffb6dc763fb35a179f80fae06ffc5d28b6ace5faa883de28a6"),
        ),
    ),
    Entry(
        id="multi30k_fr",
        name="Multi30k, English and French",
        kind="parallel",
        language="en",
        other_language="fr",
        licence=_MULTI30K,
        source="github.com/multi30k/dataset (29,000 captions; Elliott et al., 2017)",
        files=(
            _ENGLISH_SIDE,
            _multi30k("fr", 604_242, "622e75069e9f4c577425c4f277116ce66e63a2401c0a2312d90073cb12379a3c"),
        ),
    ),
)

_VECTORS = (
    Entry(
        id="glove_50",
        name="GloVe, Wikipedia and news, 50 numbers",
        kind="vectors",
        language="en",
        licence="PDDL 1.0",
        source="nlp.stanford.edu/projects/glove (400,000 words; Pennington et al., 2014)",
        files=(
            _gensim(
                "glove-wiki-gigaword-50",
                69_182_535,
                "5c55f98957aa9fed8d2ac5fb1dcff57af3b23c5a3ee7af3f7945f8d49198eb24",
            ),
        ),
    ),
    Entry(
        id="glove_twitter_25",
        name="GloVe, Twitter, 25 numbers",
        kind="vectors",
        language="en",
        licence="PDDL 1.0",
        source="nlp.stanford.edu/projects/glove (1,193,514 words; Pennington et al., 2014)",
        files=(
            _gensim(
                "glove-twitter-25",
                109_885_004,
                "63877d71151688baf6f31d5437374f637f737a5e100e12150a5bd61a9f273c3f",
            ),
        ),
    ),
    Entry(
        id="fasttext_en",
        name="fastText, Wikipedia and news, 300 numbers",
        kind="vectors",
        language="en",
        licence="CC BY-SA 3.0",
        source="fasttext.cc/docs/en/english-vectors (1 million words; Mikolov et al., 2018)",
        files=(
            RemoteFile(
                "wiki-news-300d-1M.vec.zip",
                681_808_098,
                "bdeb85f44892c505953e3654183e9cb0d792ee51be0992460593e27198d746f8",
                (
                    "https://dl.fbaipublicfiles.com/fasttext/vectors-english/wiki-news-300d-1M.vec.zip",
                    "https://s3-us-west-1.amazonaws.com/fasttext-vectors/wiki-news-300d-1M.vec.zip",
                ),
            ),
        ),
        member="wiki-news-300d-1M.vec",
    ),
)

CATALOGUE: tuple[Entry, ...] = (*_TEXTS, *_LABELLED, *_PARALLEL, *_VECTORS)
_BY_ID = {listed.id: listed for listed in CATALOGUE}
