"""Word vectors of others on the map, and one's own in a file, as a visitor does it."""

import gzip
import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from playwright.sync_api import expect

from lmcore.vectors.files.read import read_vectors
from lmcore.vectors.files.rows import ReadVectors
from lmcore.vectors.files.write import write_vectors

if TYPE_CHECKING:
    from conftest import Visit

pytestmark = pytest.mark.browser

PATIENCE_MS = 40_000
WORDS = [f"word{'abcdefgh'[i % 8]}{i}" for i in range(60)]


def test_vectors_come_from_a_file_and_go_into_one(visit: "Visit", tmp_path: Path) -> None:
    matrix = np.random.default_rng(0).normal(size=(60, 12)).astype(np.float32)
    plain, packed = tmp_path / "plain", tmp_path / "mine.txt.gz"
    list(write_vectors(plain, WORDS, matrix, "glove"))
    packed.write_bytes(gzip.compress(plain.read_bytes() + b"worda0 1 2\n" + b"bad" + b" nan" * 12 + b"\n"))
    visit.open("embeddings")
    page = visit.page
    page.get_by_role("button", name="Files").click()
    page.get_by_text("Bring vectors").click()
    page.locator("[data-testid=stFileUploader] input[type=file]").set_input_files(packed)
    expect(page.get_by_role("dialog")).to_contain_text("12 numbers each", timeout=PATIENCE_MS)
    visit.idle()
    visit.assert_readable_for_all()
    page.get_by_role("button", name="Use these vectors").click()
    expect(page.get_by_role("dialog")).to_contain_text("60 words were read", timeout=PATIENCE_MS)
    expect(page.get_by_role("dialog")).to_contain_text("Rows left out for NaN")
    page.get_by_role("button", name="Look at them").click()
    visit.until(lambda: "run" in visit.params, "the link names the run")
    expect(visit.part("word_map").locator(".overlay text").first).to_have_text(
        re.compile("^word"), timeout=PATIENCE_MS
    )
    page.get_by_role("button", name="Files").click()
    page.get_by_text("Take vectors home").click()
    page.get_by_role("button", name="Write the file").click()
    with page.expect_download(timeout=PATIENCE_MS) as download:
        page.get_by_role("link", name=re.compile("^Download")).click(timeout=PATIENCE_MS)
    assert download.value.suggested_filename == "mine-step0.vec"
    download.value.save_as(tmp_path / "back")
    *_, found = read_vectors(tmp_path / "back")
    assert isinstance(found, ReadVectors) and list(found.words) == WORDS
    np.testing.assert_allclose(found.matrix, matrix, rtol=1e-3, atol=1e-3)  # a snapshot keeps float16
