"""The corpus library keeps what visitors add, once, and gives it back unchanged."""

import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from lmcore.errors import TextError
from lmcore.text.built_in import BUILT_INS
from lmcore.text.config import CleaningConfig, TokenizerConfig
from lmcore.text.corpora import CorpusLibrary
from lmcore.text.corpus import CorpusInfo, content_sha256, language_of, text_sha256
from lmcore.text.prepared import tokenized

TEXT = "Call me Ishmael.\nSome years ago, never mind how long precisely. " * 10


@pytest.fixture
def library(tmp_path: Path) -> CorpusLibrary:
    return CorpusLibrary(tmp_path / "corpora")


def _told(info: CorpusInfo) -> tuple[str, str, str]:
    return info.name, info.licence, info.source


def added(library: CorpusLibrary) -> list[CorpusInfo]:
    return [info for info in library.list() if not info.built_in]


@pytest.mark.parametrize("id", BUILT_INS)
def test_what_is_told_of_a_built_in_text_is_true(library: CorpusLibrary, id: str) -> None:
    info = library.info(id)
    corpus = library.get(id)
    told = (info.n_documents, info.n_characters, info.n_distinct, info.sha256)
    text = corpus.text
    assert told == (len(corpus.documents), len(text), len(set(text)), content_sha256(corpus.documents))
    assert info.built_in and info.language == corpus.language == language_of(corpus.text)
    assert info.licence and info.source
    assert library.get(id) == corpus  # read back this time
    assert library.opening(id, 50).startswith(corpus.text.lstrip()[:20])


def test_texts_are_listed_without_making_one_or_importing_much() -> None:
    code = (
        "import sys; from pathlib import Path; from lmcore.text.corpora import CorpusLibrary;"
        "library = CorpusLibrary(Path('nowhere')); library.list(); library.get('news');"
        "assert not {'gensim', 'numba', 'torch', 'numpy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_documents_and_labels_come_back(library: CorpusLibrary) -> None:
    documents = ["first " * 30, "", "second\nwith a line", "end"]
    info = library.add("four", documents, owner="ann", labels=["a", "b", "<script>", ""], format="csv")
    corpus = library.get(info.id)
    assert list(corpus.documents) == documents and corpus.labels == ("a", "b", "<script>", "")
    assert (info.n_documents, info.labelled, info.format) == (4, True, "csv")
    assert info.n_characters == len(corpus.text)
    one = library.add("one", "\n".join(documents), owner="ann")
    assert one.id != info.id and library.get(one.id).text == corpus.text


def test_licence_and_source_can_be_told_later(library: CorpusLibrary) -> None:
    id = library.add("book", TEXT, owner="ann").id
    info = library.describe(id, licence=" CC0 ", source="a\nshelf", owner="ann")
    assert (info.name, info.licence, info.source) == ("book", "CC0", "a shelf") == _told(library.info(id))
    assert library.describe(id, name="novel", owner="ann").licence == "CC0"
    with pytest.raises(TextError):
        library.describe(id, licence="mine", source="", owner="bob")


def test_what_was_added_comes_back(library: CorpusLibrary) -> None:
    info = library.add("Moby Dick", TEXT, owner="ann", licence="public domain", source="book")
    assert info.id == text_sha256(TEXT)[:12]
    assert added(library) == [info] == [library.info(info.id)]
    corpus = library.get(info.id)
    assert corpus.text == TEXT and corpus.name == "Moby Dick" and corpus.licence == "public domain"


def test_the_same_text_is_kept_once(library: CorpusLibrary) -> None:
    first = library.add("one", TEXT, owner="ann")
    assert library.add("two", TEXT.replace("\n", "\r\n"), owner="ann") == first
    assert len(added(library)) == 1
    assert library.add("mine", library.get("news").documents, owner="ann").id == "news"


def test_two_visitors_share_a_text_but_neither_its_name_nor_its_end(library: CorpusLibrary) -> None:
    anns = library.add("Ann's", TEXT, owner="ann")
    bobs = library.add("Bob's", TEXT, owner="bob")
    assert anns.id == bobs.id and len(list(library.folder.glob("*/text.txt"))) == 1
    assert [(info.name, info.owner) for info in added(library)] == [("Ann's", "ann"), ("Bob's", "bob")]
    assert library.info(anns.id, "bob").name == "Bob's"
    library.rename(anns.id, "hers", owner="ann")
    library.remove(anns.id, owner="ann")
    assert library.info(bobs.id) == bobs and library.get(bobs.id).text == TEXT
    with pytest.raises(TextError):
        library.remove(anns.id, owner="ann")


def test_rename_and_remove(library: CorpusLibrary) -> None:
    id = library.add("old", TEXT, owner="ann").id
    assert library.rename(id, "  new\nname ", owner="ann").name == "new name" == library.info(id).name
    with pytest.raises(TextError):
        library.rename(id, " \n", owner="ann")
    with pytest.raises(TextError):
        library.rename(id, "bob's now", owner="bob")
    library.remove(id, owner="ann")
    assert added(library) == [] and list(library.folder.iterdir()) == []
    with pytest.raises(TextError):
        library.get(id)
    assert library.add("again", TEXT, owner="ann").id == id


@pytest.mark.parametrize("id", ["", "nothing", "../../etc", "0123456789ab", "/etc/passwd", "NEWS", "\0"])
def test_unknown_ids_are_refused(library: CorpusLibrary, id: str) -> None:
    for ask in (library.get, library.info, partial(library.remove, owner="ann")):
        with pytest.raises(TextError) as refusal:
            ask(id)
        assert refusal.value.key == "corpus_unknown"


def test_the_built_in_corpus_cannot_be_changed(library: CorpusLibrary) -> None:
    for change in (partial(library.rename, name="x"), library.remove):
        with pytest.raises(TextError) as refusal:
            change("news", owner="ann")
        assert refusal.value.key == "corpus_built_in"


@pytest.mark.parametrize("name", ["../../evil", "a/b\\c", "", "\ud800", "x" * 1000, "<b>"])
def test_names_never_become_folders(library: CorpusLibrary, name: str) -> None:
    info = library.add(name, TEXT + name.encode("utf-8", "replace").decode(), owner="ann")
    assert [path.name for path in library.folder.iterdir()] == [info.id]
    assert 0 < len(info.name) <= 80


@pytest.mark.parametrize("text", ["", "short", "\0" * 500])
def test_unusable_texts_leave_nothing_behind(library: CorpusLibrary, text: str) -> None:
    with pytest.raises(TextError):
        library.add("x", text, owner="ann")
    assert not library.folder.exists()


def test_a_removal_that_was_cut_off_does_not_block_the_same_text(library: CorpusLibrary) -> None:
    info = library.add("x", TEXT, owner="ann")
    next((library.folder / info.id).glob("*.json")).unlink()
    assert added(library) == []
    assert library.add("y", TEXT, owner="ann").name == "y"


def test_language_is_told_by_its_characters() -> None:
    assert language_of("春眠不觉晓，处处闻啼鸟。") == "zh"
    assert language_of("안녕하세요 세계") == "en"  # the app speaks English and Chinese only
    assert language_of("Only one 字 here, the rest is English.") == "en"
    assert language_of("") == language_of("12345") == "en"


def test_with_a_text_goes_what_was_made_of_it(tmp_path: Path) -> None:
    library = CorpusLibrary(tmp_path / "corpora", tmp_path / "cache")
    info = library.add("secret", TEXT, owner="ann")
    tokenized(library.get(info.id), CleaningConfig(), TokenizerConfig("byte"), tmp_path / "cache")
    assert list((tmp_path / "cache").rglob("ids.npy"))
    library.remove(info.id, owner="ann")
    assert not list((tmp_path / "cache").rglob("ids.npy"))


def test_a_step_that_cannot_run_here_has_no_part_in_what_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = CorpusLibrary(tmp_path / "corpora").get("news")
    config = TokenizerConfig("byte")
    tokenized(corpus, CleaningConfig(("simplified",)), config, tmp_path)
    monkeypatch.setattr("lmcore.text.cleaning.steps.find_spec", lambda name: None)
    tokenized(corpus, CleaningConfig(("simplified",)), config, tmp_path)
    assert len(list(tmp_path.rglob("ids.npy"))) == 2
