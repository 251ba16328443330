"""The corpus library keeps what visitors add, once, and gives it back unchanged."""

import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from lmcore.errors import TextError
from lmcore.text.corpora import BUILT_IN, CorpusLibrary, language_of, text_sha256

TEXT = "Call me Ishmael.\nSome years ago, never mind how long precisely. " * 10


@pytest.fixture
def library(tmp_path: Path) -> CorpusLibrary:
    return CorpusLibrary(tmp_path / "corpora")


def test_a_new_library_has_the_news(library: CorpusLibrary) -> None:
    (news,) = library.list()
    corpus = library.get(BUILT_IN)
    assert news.built_in and news.id == BUILT_IN and news.language == "en"
    assert len(corpus.documents) == 300
    assert news.n_characters == len(corpus.text)
    assert corpus.sha256 == news.sha256 == text_sha256(corpus.text)


def test_the_news_are_found_without_importing_gensim() -> None:
    code = (
        "import sys; from pathlib import Path; from lmcore.text.corpora import CorpusLibrary;"
        "CorpusLibrary(Path('nowhere')).get('news');"
        "assert not {'gensim', 'numba', 'torch', 'numpy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_what_was_added_comes_back(library: CorpusLibrary) -> None:
    info = library.add("Moby Dick", TEXT, owner="ann", licence="public domain", source="book")
    assert info.id == text_sha256(TEXT)[:12]
    assert library.list()[1:] == [info] == [library.info(info.id)]
    corpus = library.get(info.id)
    assert corpus.text == TEXT and corpus.name == "Moby Dick" and corpus.licence == "public domain"


def test_the_same_text_is_kept_once(library: CorpusLibrary) -> None:
    first = library.add("one", TEXT, owner="ann")
    assert library.add("two", TEXT.replace("\n", "\r\n"), owner="ann") == first
    assert len(library.list()) == 2
    assert library.add("mine", library.get(BUILT_IN).text, owner="ann").id == BUILT_IN


def test_two_visitors_share_a_text_but_neither_its_name_nor_its_end(library: CorpusLibrary) -> None:
    anns = library.add("Ann's", TEXT, owner="ann")
    bobs = library.add("Bob's", TEXT, owner="bob")
    assert anns.id == bobs.id and len(list(library.folder.glob("*/text.txt"))) == 1
    assert [(info.name, info.owner) for info in library.list()[1:]] == [("Ann's", "ann"), ("Bob's", "bob")]
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
    assert len(library.list()) == 1 and list(library.folder.iterdir()) == []
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
            change(BUILT_IN, owner="ann")
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
    assert len(library.list()) == 1
    assert library.add("y", TEXT, owner="ann").name == "y"


def test_language_is_told_by_its_characters() -> None:
    assert language_of("春眠不觉晓，处处闻啼鸟。") == "zh"
    assert language_of("안녕하세요 세계") == "en"  # the app speaks English and Chinese only
    assert language_of("Only one 字 here, the rest is English.") == "en"
    assert language_of("") == language_of("12345") == "en"
