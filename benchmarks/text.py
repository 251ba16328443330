"""How fast texts are read: `python -m benchmarks.text --english FILE [--chinese FILE]`.

A file is a book or more of plain text; it is repeated to ten megabytes. The page is measured in a real
browser against the app on a free port, with a data folder of its own. Ratios are paired in one run, best of
several.
"""

import argparse
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import psutil

from benchmarks.bars import Bar, report
from benchmarks.text_tokenizers import compare
from lmcore.text.cleaning.clean import clean
from lmcore.text.cleaning.steps import recommended
from lmcore.text.config import CleaningConfig
from lmcore.text.ngrams import CountingModel, counting_loss
from lmcore.text.small_world.sentences import sentences

ROOT = Path(__file__).resolve().parent.parent
MEGABYTES = 10
REPEATS = 3
STEPS = ("control", "zero_width", "nfc", "nfkc", "white_space", "case", "duplicate_lines")
NATS_ORDERS = (5, 6)


def best_seconds(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """Seconds of CPU that `work` takes, the least of several tries."""
    seconds = []
    for _ in range(repeats):
        start = time.process_time()
        work()
        seconds.append(time.process_time() - start)
    return min(seconds)


def ten_megabytes(path: Path) -> str:
    """The text of a file, repeated or cut to ten megabytes of UTF-8."""
    data = path.read_bytes()
    whole = data * (1 + MEGABYTES * 10**6 // len(data))
    return whole[: MEGABYTES * 10**6].decode("utf-8", "ignore")


def cleaning_bars(text: str, language: str) -> list[Bar]:
    """Megabytes a second of the steps that every text may go through."""
    size = len(text.encode()) / 1e6

    def speed(config: CleaningConfig) -> float:
        return size / best_seconds(lambda: clean([text], config))

    bars = [
        Bar(f"cleaning as recommended, {language}", speed(recommended("txt", language)), 20, False, "MB/s")
    ]
    for step in STEPS:
        bars.append(Bar(f"cleaning, {step}, {language}", speed(CleaningConfig((step,))), 20, False, "MB/s"))
    return bars


def counting_bars(text: str) -> list[Bar]:
    """Characters a second, all orders to five; and what order 5 or 6 reaches on the first megabyte."""
    codes = np.frombuffer(text.encode("utf-32-le"), np.uint32)
    known, ids = np.unique(codes, return_inverse=True)
    seconds = best_seconds(lambda: CountingModel(ids, len(known), 5), 1)
    speed = len(ids) / seconds / 1e6
    return [Bar("n-gram counting, orders 1 to 5, characters", speed, 1, False, "M/s")]


def shakespeare_bar(path: Path) -> Bar:
    """Nats a character on the last tenth of a text, counted on the rest."""
    characters = sorted(set(text := path.read_text(encoding="utf-8")))
    place = {character: i for i, character in enumerate(characters)}
    ids = np.array([place[character] for character in text])
    cut = int(0.9 * len(ids))
    loss, _ = counting_loss(ids[:cut], ids[cut:], len(characters), NATS_ORDERS)
    return Bar(f"counting, {path.parent.name}, order 5 or 6", loss, 1.67, unit="nats")


def small_world_bar() -> Bar:
    seconds = best_seconds(lambda: sentences("en", 200_000, 1))
    return Bar("small world, 200,000 tokens", seconds, 0.5, unit="s")


# the page


@contextmanager
def running_app() -> Iterator[tuple[str, psutil.Process]]:
    """The app on a free port, with an empty data folder; its address and its process."""
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as home:
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
        environment = os.environ | {"LM_PLAYGROUND_HOME": home}
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
        try:
            yield f"http://localhost:{port}", psutil.Process(server.pid)
        finally:
            server.terminate()
            server.wait(30)


def page_bars(path: Path) -> list[Bar]:
    """Seconds from "Use this text" to the first picture of it, and what the upload costs the server."""
    from playwright.sync_api import sync_playwright

    size = path.stat().st_size
    with running_app() as (address, server), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        _open(page, f"{address}/text?lang=en")
        before = server.memory_info().rss
        page.get_by_role("combobox", name="Text").first.click()
        page.get_by_role("option", name="Your own text").click()
        page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(path)
        page.get_by_text("read as").wait_for(timeout=60_000)
        most = server.memory_info().rss
        page.get_by_role("button", name="Use this text").click()
        start = time.perf_counter()
        page.locator(".lm-text_reader .facts", has_text=path.name[:20]).wait_for(timeout=60_000)
        seconds = time.perf_counter() - start
        most = max(most, server.memory_info().rss)
        browser.close()
    growth = (most - before) / size
    return [
        Bar(f"first picture of an upload of {size / 1e6:.0f} MB", seconds, 1, unit="s"),
        Bar("server memory, in sizes of the upload", growth, 3, unit="×"),
    ]


def _open(page: object, address: str, patience_s: float = 60) -> None:
    end = time.monotonic() + patience_s
    while True:
        try:
            page.goto(address)  # type: ignore[attr-defined]
            page.locator(".lm-text_reader .facts").wait_for(timeout=60_000)  # type: ignore[attr-defined]
            return
        except Exception:
            if time.monotonic() > end:
                raise
            time.sleep(0.5)


def _chromium() -> str | None:
    import shutil

    return shutil.which("chromium") or shutil.which("google-chrome")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--english", type=Path, required=True, help="a text file")
    parser.add_argument("--chinese", type=Path, help="a text file")
    parser.add_argument("--shakespeare", type=Path, help="tinyshakespeare's input.txt")
    options = parser.parse_args()
    english = ten_megabytes(options.english)
    bars = [small_world_bar(), *cleaning_bars(english, "en"), *counting_bars(english)]
    bars += [
        Bar(f"tokenizers: {name}", ratio, 1.2, unit="×")
        for name, ratio in compare(english[:5_000_000]).items()
    ]
    if options.chinese:
        bars += cleaning_bars(ten_megabytes(options.chinese), "zh")
    if options.shakespeare:
        bars.append(shakespeare_bar(options.shakespeare))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ten_megabytes.txt"
        path.write_text(english, encoding="utf-8")
        bars += page_bars(path)
    report(bars)


if __name__ == "__main__":
    main()
