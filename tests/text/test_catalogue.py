"""The catalogue promises bytes: nothing in it may be vague."""

import re
from pathlib import PurePath
from urllib.parse import unquote, urlsplit

import pytest

from lmcore.i18n import LANGUAGES, texts
from lmcore.text.catalogue import CATALOGUE, Entry, RemoteFile, entry

FILES = [file for listed in CATALOGUE for file in listed.files]
READABLE = (".txt", ".csv", ".json", ".gz", ".zip")
LARGEST_TEXT = 200 * 10**6


def test_each_entry_has_its_own_id_and_is_found_by_it() -> None:
    assert len({listed.id for listed in CATALOGUE}) == len(CATALOGUE) >= 10
    assert all(entry(listed.id) is listed for listed in CATALOGUE)
    with pytest.raises(KeyError):
        entry("nothing")


def test_there_is_something_of_every_kind_and_language() -> None:
    assert {listed.kind for listed in CATALOGUE} == {"text", "labelled", "parallel", "vectors"}
    assert {listed.language for listed in CATALOGUE if listed.kind == "text"} == {"en", "zh"}
    assert {listed.language for listed in CATALOGUE if listed.kind == "labelled"} == {"en", "zh"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_file_is_pinned(file: RemoteFile) -> None:
    assert re.fullmatch("[0-9a-f]{64}", file.sha256) and file.size > 0
    assert file.mirrors and len(set(file.mirrors)) == len(file.mirrors)
    assert file.name.endswith(READABLE) and PurePath(file.name).name == file.name
    for url in file.mirrors:
        parts = urlsplit(url)
        assert parts.scheme == "https" and parts.hostname and not parts.query and url.isascii()
        assert unquote(parts.path).endswith(f"/{file.name}")


def test_addresses_of_repositories_name_a_commit_and_not_a_branch() -> None:
    hosts = ("raw.githubusercontent.com", "cdn.jsdelivr.net", "huggingface.co", "hf-mirror.com")
    urls = [url for file in FILES for url in file.mirrors if urlsplit(url).hostname in hosts]
    assert urls and all(re.search("[/@][0-9a-f]{40}/", url) for url in urls)


def test_one_hash_stands_for_one_file() -> None:
    assert len({file.sha256 for file in FILES}) == len(set(FILES))


@pytest.mark.parametrize("listed", CATALOGUE, ids=lambda listed: listed.id)
def test_an_entry_says_what_it_is(listed: Entry) -> None:
    assert listed.name and listed.licence and listed.source
    assert listed.size == sum(file.size for file in listed.files)
    assert listed.kind == "vectors" or listed.size < LARGEST_TEXT
    assert bool(listed.other_language) == (listed.kind == "parallel")
    assert bool(listed.label) == (listed.kind == "labelled") == bool(listed.label_names)
    if listed.kind == "parallel":
        assert len(listed.files) == 2 or len(listed.columns) == 2
    for language in LANGUAGES:
        assert {f"catalogue.{listed.id}", f"catalogue.{listed.id}.about"} <= texts(language).keys()
