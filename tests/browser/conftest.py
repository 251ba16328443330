"""The real app on a port of its own, a browser that reaches nothing else, and what visitors do with both."""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Generator, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import psutil
import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, expect, sync_playwright

ROOT = Path(__file__).resolve().parent.parent.parent
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ARGUMENTS = (
    "--no-sandbox",  # continuous integration often runs as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost",  # interception would stall event streams
)
HARMLESS = ("/_stcore/health", "/_stcore/host-config")  # Streamlit asks for them beside a deep link: 404
PROJECTOR = {"width": 1280, "height": 720}
FAILED = pytest.StashKey[bool]()
START_S = 60
END_S = 20
PATIENCE_MS = 20_000

PICTURES = {  # page → what is there once its live component has drawn
    "home": ".lm-growth .line .text",
    "text": ".lm-text_reader .facts b",
    "training": ".lm-live_chart .scatterlayer .trace",
    "attention": ".lm-attention_view canvas.cells",
    "generation": ".lm-token_stream .chip",
    "embeddings": ".lm-word_map .overlay text",
}
IDLE = "[data-testid=stApp][data-test-connection-state=CONNECTED][data-test-script-state=notRunning]"
SETTLED = """() => !document.querySelector(
    "[data-stale=true], [data-testid=stSkeleton], [data-testid=stAppSkeleton], [data-testid=stSpinner]")"""

OVERFLOW = """() => {
    const main = document.querySelector("[data-testid=stMain]");
    const over = Object.entries({ document: document.documentElement, main }).map(([name, box]) =>
        [name, [box.scrollWidth - box.clientWidth, box.scrollHeight - box.clientHeight]]);
    return Object.fromEntries(over);
}"""
AXE = """async () => {
    const { violations, passes } = await axe.run(document, { runOnly: ["wcag2a", "wcag2aa"] });
    const bad = violations.filter(({ impact }) => ["serious", "critical"].includes(impact));
    const told = bad.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) =>
        `${id}: ${target} ${failureSummary}`));
    return { told, nChecked: passes.length };
}"""


# the app


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("localhost", 0))
        return free.getsockname()[1]


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2) as reply:
            return reply.status == 200
    except (urllib.error.URLError, OSError):
        return False


def _processes_of(home: Path) -> list[psutil.Process]:
    """Workers name their data folder on the command line."""
    found = psutil.process_iter(["cmdline"])
    return [process for process in found if str(home) in (process.info["cmdline"] or [])]


def _wait(condition: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


@contextlib.contextmanager
def _running_app(home: Path) -> Iterator[str]:
    """Start the app with the data folder `home`, give its address, and end it with all its processes."""
    address = f"http://localhost:{_free_port()}"
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.address", "localhost"]
    command += ["--server.port", str(urlsplit(address).port)]
    environment = os.environ | {"LM_PLAYGROUND_HOME": str(home)}
    with (home.parent / f"{home.name}.log").open("w+b") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)
        try:
            if not _wait(lambda: server.poll() is not None or _answers(address), START_S) or server.poll():
                log.seek(0)
                pytest.fail(f"the app does not answer:\n{log.read().decode()}")
            yield address
            assert server.poll() is None, f"the app ended by itself, with code {server.returncode}"
        finally:
            server.send_signal(signal.SIGTERM)
            try:
                server.wait(END_S)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
                raise
    assert _wait(lambda: not _processes_of(home), END_S), f"left behind: {_processes_of(home)}"


@pytest.fixture(scope="session")
def run_app(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Any]:
    """A context manager that runs an app nobody has visited yet, and gives its address."""
    return lambda: _running_app(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="session")
def address(run_app: Callable[[], Any]) -> Iterator[str]:
    """The app that most tests share."""
    with run_app() as address:
        yield address


# the browser


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = next(filter(None, map(shutil.which, CHROMIUMS)), None)
        if found is None and not Path(playwright.chromium.executable_path).exists():
            missing = pytest.fail if os.environ.get("CI") else pytest.skip
            missing("no Chromium here; get one with: playwright install chromium")
        browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield browser
        browser.close()


class Visit:
    """One visitor with one open page, and everything that went wrong on it."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.address = address
        self.wrongs: list[str] = []
        self.page = context.new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        self.page.on("pageerror", lambda error: self.wrongs.append(f"page error: {error}"))
        self.page.on("console", self._hear)
        self.page.on("request", self._see)

    def _hear(self, message: Any) -> None:
        source = message.location.get("url", "") if message.location else ""
        if message.type == "error" and not urlsplit(source).path.endswith(HARMLESS):
            self.wrongs.append(f"console: {message.text} ({source})")

    def _see(self, request: Any) -> None:
        if request.url.startswith(("http", "ws")) and urlsplit(request.url).hostname != "localhost":
            self.wrongs.append(f"request off the machine: {request.url}")

    def open(self, name: str = "home", **params: str) -> None:
        """Go to a page of the app, in English unless `lang` says otherwise, and wait until it is drawn."""
        path = "" if name == "home" else name
        self.page.goto(f"{self.address}/{path}?{urlencode({'lang': 'en'} | params)}")
        self.idle()

    def reload(self) -> None:
        self.page.reload()
        self.idle()

    def go(self, title: str) -> None:
        """To another page, through the navigation."""
        path = "/" if title == "Home" else f"/{title.lower()}"
        self.page.locator("header").get_by_role("link", name=title, exact=True).click()
        self.page.wait_for_url(lambda url: urlsplit(url).path == path)
        self.idle()

    def idle(self) -> None:
        self.page.wait_for_selector(IDLE)
        self.page.wait_for_function(SETTLED)

    def part(self, name: str) -> Locator:
        """The root of a live component; CSS selectors reach into shadow roots."""
        return self.page.locator(f".lm-{name}")

    def button(self, name: str) -> Locator:
        """A button of the dock."""
        return self.part("dock").get_by_role("button", name=name)

    def see_picture(self, name: str) -> None:
        """Wait until the picture of page `name` is drawn."""
        expect(self.page.locator(PICTURES[name]).first).to_be_visible(timeout=PATIENCE_MS)
        expect(self.part("dock").locator(".steps")).not_to_be_empty(timeout=PATIENCE_MS)

    @property
    def params(self) -> dict[str, str]:
        """What the URL says."""
        return {name: values[0] for name, values in parse_qs(urlsplit(self.page.url).query).items()}

    def live(self, run: str) -> dict[str, Any]:
        """What the server says about a run."""
        return self.page.request.get(f"{self.address}/api/runs/{run}/live").json()

    def until(self, condition: Callable[[], bool], what: str, seconds: float = 20) -> None:
        """Wait while the page goes on living."""
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, f"never came true: {what}"
            self.page.wait_for_timeout(100)

    def start_training(self, **params: str) -> str:
        """Start a tiny model that goes on for longer than a test; gives the id of the run."""
        self.open("training", **{"model": "gpt", "size": "tiny", "steps": "50000"} | params)
        self.page.get_by_role("button", name="Start training").click()
        self.until(lambda: "run" in self.params, "the URL names the run")
        run = self.params["run"]
        self.until(lambda: self.live(run)["step"] > 0, "the run trains", 60)
        self.idle()
        return run

    def stop_training(self) -> None:
        """Leave no run behind that takes time from the next test."""
        self.button("Stop training").click()
        expect(self.part("dock").locator(".word")).to_contain_text("stopped", timeout=PATIENCE_MS)

    def overflow(self, direction: str) -> dict[str, int]:
        """How many px of the page are out of sight, `across` or `down`; only places with any."""
        measured = self.page.evaluate(OVERFLOW)
        over = {name: px[direction == "down"] for name, px in measured.items()}
        return {name: px for name, px in over.items() if px > 0}

    def assert_readable_for_all(self) -> None:
        """axe-core's rules for WCAG 2 A and AA; it looks into shadow roots by itself."""
        package = find_spec("axe_playwright_python")
        assert package is not None and package.origin is not None
        self.page.evaluate(Path(package.origin).with_name("axe.min.js").read_text(encoding="utf-8"))
        found = self.page.evaluate(AXE)
        assert found["told"] == []
        assert found["nChecked"] >= 10  # rules that had something to look at

    def assert_well(self) -> None:
        """Nothing went wrong so far."""
        expect(self.page.get_by_test_id("stException")).to_have_count(0)
        assert not self.wrongs, "\n".join(self.wrongs)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """Let `new_visit` know that the test has failed."""
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


@pytest.fixture
def new_visit(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., Visit]]:
    """Makes visitors, each with cookies of their own; at the end, nothing may have gone wrong for any.

    What the visitors of a failed test saw is kept in `test-output/`.
    """
    with contextlib.ExitStack() as stack:
        visits: list[Visit] = []

        def visit(at: str = "", **options: Any) -> Visit:
            at = at or request.getfixturevalue("address")
            options = {"viewport": PROJECTOR, "reduced_motion": "reduce", "locale": "en-GB"} | options
            context = stack.enter_context(contextlib.closing(browser.new_context(**options)))
            visits.append(Visit(context, at))
            return visits[-1]

        yield visit
        for i, one in enumerate(visits):
            if request.node.stash.get(FAILED, False) or one.wrongs:
                name = re.sub(r"\W+", "-", request.node.name).strip("-")
                one.page.screenshot(path=ROOT / "test-output" / f"{name}-{i}.png")
        for one in visits:
            one.assert_well()


@pytest.fixture
def visit(new_visit: Callable[..., Visit]) -> Visit:
    """One visitor at a projector's 1280 × 720."""
    return new_visit()
