"""What browsers fetch beside the page: whole answers, clear refusals, and a name for every browser."""

import asyncio
import json

import pytest
from starlette.applications import Starlette
from starlette.types import Message

from lmcore.events import Layers
from lmcore.runs import showcase
from lmcore.runs.recorder import Recorder
from lmcore.tasks.spec import LANGUAGE_MODEL, WORD_VECTORS
from lmcore.ui import server

LM, VECTORS = showcase.stored_id(LANGUAGE_MODEL), showcase.stored_id(WORD_VECTORS)


pytestmark = pytest.mark.usefixtures("served_home")


def get(path: str, query: str = "", cookie: str = "") -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of a GET, straight from the ASGI app."""
    app = Starlette(routes=server.routes(), middleware=server.middleware())
    headers = [(b"host", b"localhost")] + ([(b"cookie", cookie.encode())] if cookie else [])
    scope = {
        "type": "http", "method": "GET", "path": path, "raw_path": path.encode(),
        "query_string": query.encode(), "headers": headers, "http_version": "1.1", "scheme": "http",
        "server": ("localhost", 80), "root_path": "",
    }  # fmt: skip
    sent: list[Message] = []

    requests = iter([True])

    async def receive() -> Message:
        if not next(requests, False):
            await asyncio.Event().wait()  # the browser stays until it has the answer
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    start = sent[0]
    body = b"".join(message.get("body", b"") for message in sent[1:])
    return start["status"], {k.decode(): v.decode() for k, v in start["headers"]}, body


def test_the_state_of_a_run_is_json() -> None:
    status, headers, body = get(f"/api/runs/{LM}/live")
    state = json.loads(body)
    assert (status, headers["content-type"]) == (200, "application/json")
    assert state["points"]["step"][0] == 1
    assert state["stored"] and state["status"] == "done"
    assert "NaN" not in body.decode()


def test_only_news_is_sent() -> None:
    state = json.loads(get(f"/api/runs/{LM}/live")[2])
    last = state["points"]["step"][-1]
    again = json.loads(get(f"/api/runs/{LM}/live", f"since={last}&revision={state['revision']}")[2])
    assert again["points"]["step"] == []


@pytest.mark.parametrize(
    "query", ["since=x", "since=", "since=99999999999999999999", "revision=%00", "since=1e3"]
)
def test_nonsense_in_a_query_does_no_harm(query: str) -> None:
    assert get(f"/api/runs/{LM}/live", query)[0] == 200


@pytest.mark.parametrize("run", ["nobody", "..", "%2e%2e", "' OR 1=1 --", "<script>"])
def test_an_unknown_run_is_refused_in_words(run: str) -> None:
    status, _, body = get(f"/api/runs/{run}/live", "lang=zh")
    assert status == 404
    assert json.loads(body)["error"]["headline"] == "没有这次运行"


def test_a_frame_of_the_map() -> None:
    steps = json.loads(get(f"/api/runs/{VECTORS}/live")[2])["snapshots"]
    frame = json.loads(get(f"/api/runs/{VECTORS}/frames/{steps[-1]}")[2])
    assert frame["method"] == "UMAP" and 0 < frame["neighbours_kept"] < 1
    assert get(f"/api/runs/{VECTORS}/frames/3")[0] == 404


@pytest.mark.parametrize("name", ["..%2f..%2fapp.py", "../base.css", "README.md", "nothing.js", ".js"])
def test_only_components_are_served(name: str) -> None:
    assert get(f"{server.assets_base()}/{name}")[0] == 404


def test_components_and_plotly_come_from_this_machine() -> None:
    for path in (f"{server.assets_base()}/feed.js", "/api/plotly.min.js"):
        status, headers, body = get(path)
        assert status == 200 and headers["content-type"].startswith("text/javascript")
        assert "immutable" in headers["cache-control"] and len(body) > 1000


def test_an_answer_that_nobody_asked_for_is_gone() -> None:
    assert json.loads(get("/api/requests/none")[2]) == {
        "done": True,
        "tokens": [],
        "error": None,
        "gone": True,
    }


def test_a_new_browser_gets_a_name_that_scripts_cannot_read() -> None:
    first, second = get("/")[1]["set-cookie"], get("/")[1]["set-cookie"]
    assert first != second
    assert "HttpOnly" in first and "SameSite=Lax" in first
    assert "set-cookie" not in get("/", cookie=first.partition(";")[0])[1]
    assert "set-cookie" not in get(f"/api/runs/{LM}/live")[1]


def test_a_file_to_take_home_comes_from_the_disk_under_the_name_that_is_asked_for() -> None:
    folder = server.engine().home.exported
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "a.vec").write_bytes(b"1 1\nthe 1\n")
    status, headers, body = get("/api/exported/a.vec", "name=%E7%BA%A2%0D%0Ax.vec")
    assert (status, body) == (200, b"1 1\nthe 1\n")
    assert (
        headers["content-disposition"].startswith("attachment") and "\n" not in headers["content-disposition"]
    )
    (folder.parent / "secret").write_bytes(b"no")
    for path in (
        "/api/exported/b.vec",
        "/api/exported/..",
        "/api/exported/../secret",
        "/api/exported/.",
        "/api/exported/",
    ):
        assert get(path)[0] == 404


def test_what_was_seen_inside_a_model_is_sent_after_a_step() -> None:
    recorder = Recorder(server.engine().store, LM)
    for step in (1_000_000, 1_000_001):
        recorder.add(Layers(step, ("head",), (0.5,), (3.0,), (0.01,), (1.0,), ((1, 2),), (None,)))
    recorder.flush()
    status, _, body = get(f"/api/runs/{LM}/layers", "since=1000000")
    (look,) = json.loads(body)["looks"]
    assert (status, look["step"], look["gradient"]) == (200, 1_000_001, [0.5])
    assert get("/api/runs/nobody/layers")[0] == 404


def test_a_model_without_such_a_snapshot_has_no_inside() -> None:
    status, _, body = get(f"/api/runs/{LM}/inside/123456", "lang=zh")
    assert status == 404 and "123456" in json.loads(body)["error"]["headline"].replace(",", "")
