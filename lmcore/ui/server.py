"""What the server has beside Streamlit: the engine's life, the JSON routes, the visitor's cookie."""

import asyncio
import contextlib
import gc
import hashlib
import json
import secrets
import threading
import time
from collections.abc import AsyncIterator, Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lmcore.errors import LmcoreError, RunError, headline_and_rest
from lmcore.i18n import ASSETS, LANGUAGES
from lmcore.runs import feed, showcase
from lmcore.runs.engine import Engine
from lmcore.runs.experiment_feed import experiment_state
from lmcore.runs.home import Home
from lmcore.runs.vectors.requests import FETCHED
from lmcore.tasks.presets import default_spec
from lmcore.tasks.spec import LANGUAGE_MODEL

API = "/api"
COOKIE = "lm_visitor"
COOKIE_DAYS = 365
SHARED_S = 0.1  # thirty viewers of one run ask the store once in this time
FOREVER = {"cache-control": "public, max-age=31536000, immutable"}
NEVER = {"cache-control": "no-store"}
MEDIA_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}

_engine_lock = threading.Lock()
_engine: Engine | None = None


def engine() -> Engine:
    """The one engine of this process, started when it is first asked for."""
    global _engine
    with _engine_lock:
        if _engine is None:
            _engine = Engine(Home.default()).start()
            showcase.register(_engine.store)
            for language in LANGUAGES:
                _engine.prepare(default_spec(LANGUAGE_MODEL, language))
        return _engine


def close_engine() -> None:
    """End the engine and its workers, if there is one."""
    global _engine
    with _engine_lock:
        if _engine is not None:
            _engine.close()
        _engine = None


@contextlib.asynccontextmanager
async def lifespan(app: Any) -> AsyncIterator[dict[str, Any]]:
    """Workers begin to warm up with the server and end with it."""
    engine()
    collector = asyncio.create_task(_collect_garbage())
    yield {}
    collector.cancel()
    await asyncio.to_thread(close_engine)


async def _collect_garbage() -> None:
    """Streamlit's own collection after every script run is switched off, since it holds all sessions up."""
    gc.collect()
    gc.freeze()
    while True:
        await asyncio.sleep(30)
        await asyncio.to_thread(gc.collect)


@cache
def assets_version() -> str:
    """Changes whenever a browser part changes, so that browsers may keep what they have."""
    digest = hashlib.sha256()
    for path in sorted((ASSETS / "components").iterdir()):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def assets_base() -> str:
    """Where the browser finds the components of this version."""
    return f"{API}/components/{assets_version()}"


def _json_route(answer: Callable[[Request], Any]) -> Callable[[Request], Any]:
    """Run `answer` in a thread and give its value as JSON; an `LmcoreError` becomes a 404 and a sentence."""

    async def endpoint(request: Request) -> Response:
        try:
            body = await asyncio.to_thread(answer, request)
        except LmcoreError as error:
            return JSONResponse({"error": _described(error, request)}, status_code=404, headers=NEVER)
        if isinstance(body, bytes):
            return Response(body, media_type="application/json", headers=NEVER)
        return JSONResponse(body, headers=NEVER)

    return endpoint


def _described(error: LmcoreError, request: Request) -> dict[str, str]:
    language = "zh" if request.query_params.get("lang") == "zh" else "en"
    headline, rest = headline_and_rest(error.message(language), language)
    return {"headline": headline, "rest": rest}


_live: dict[tuple, tuple[float, bytes]] = {}


def _live_route(request: Request) -> bytes:
    since = _whole(request, "since", -1)
    key = (request.path_params["run"], since, _whole(request, "revision", -1))
    at, body = _live.get(key, (0.0, b""))
    if time.monotonic() - at > SHARED_S:
        body = json.dumps(feed.live(engine().store, *key)).encode()
        if len(_live) > 500:
            _live.clear()
        _live[key] = (time.monotonic(), body)
    return body


def _whole(request: Request, name: str, default: int) -> int:
    text = request.query_params.get(name, "")
    return int(text) if text.removeprefix("-").isdecimal() and len(text) < 12 else default


def _frame_route(request: Request) -> dict[str, Any]:
    """The map of a snapshot: the one that the training drew, or another, which a worker makes."""
    run, step = request.path_params["run"], request.path_params["step"]
    known = request.query_params.get("known", "")
    if request.query_params.get("method", "umap") == "umap" and request.query_params.get("dims", "2") == "2":
        return feed.frame(engine().home, run, step, known)
    return _asked(request, "frame")


def _ask_route(request: Request) -> dict[str, Any]:
    """The answer to a question about word vectors that a component asks by itself."""
    if request.path_params["name"] not in FETCHED:
        raise RunError("question_unknown", name=request.path_params["name"][:40])
    return _asked(request, request.path_params["name"])


def _asked(request: Request, name: str) -> dict[str, Any]:
    given = {
        argument: _whole(request, argument, 0) if kind is int else request.query_params[argument][:500]
        for argument, kind in FETCHED[name].items()
        if argument in request.query_params
    }
    return engine().vectors.ask(
        name, run=request.path_params["run"], step=request.path_params["step"], **given
    )


def _scores_route(request: Request) -> dict[str, Any]:
    return feed.scores(engine().store, request.path_params["run"], _whole(request, "since", -1))


def _layers_route(request: Request) -> dict[str, Any]:
    return feed.layers(engine().store, request.path_params["run"], _whole(request, "since", -1))


def _inside_route(request: Request) -> dict[str, Any]:
    """A model's embedding and attention at a snapshot, from a worker."""
    return engine().ask("inside", run=request.path_params["run"], step=request.path_params["step"])


def _experiment_route(request: Request) -> dict[str, Any]:
    return experiment_state(engine().store, request.path_params["experiment"])


def _reply_route(request: Request) -> dict[str, Any]:
    """Tokens of a generation after the first `since` of them."""
    reply = engine().reply(request.path_params["request"])
    if reply is None:
        return {"done": True, "tokens": [], "error": None, "gone": True}
    done = reply.done  # before the parts: a part that comes in between is fetched next time
    tokens = [part["token"] for part in list(reply.parts) if "token" in part]
    error = None
    if reply.error is not None:
        error = _described(reply.error, request)
    elif reply.failure is not None:
        error = {"headline": reply.failure.strip().splitlines()[-1][:200], "rest": ""}
    return {"done": done, "tokens": tokens[_whole(request, "since", 0) :], "error": error}


async def _component_route(request: Request) -> Response:
    name = request.path_params["name"]
    path = ASSETS / "components" / name
    if "/" in name or path.suffix not in MEDIA_TYPES or not path.is_file():
        return JSONResponse({"error": "unknown"}, status_code=404)
    return FileResponse(path, media_type=MEDIA_TYPES[path.suffix], headers=FOREVER)


async def _exported_route(request: Request) -> Response:
    """A file that was written to be taken home, straight from the disk: it may have more than a gigabyte."""
    path = engine().home.exported / request.path_params["file"]
    if path.parent != engine().home.exported or not path.is_file():  # a backslash parts folders on Windows
        return JSONResponse({"error": "unknown"}, status_code=404, headers=NEVER)
    name = request.query_params.get("name", path.name)[:120]
    return FileResponse(path, media_type="application/octet-stream", filename=name, headers=NEVER)


async def _plotly_route(request: Request) -> Response:
    """plotly.js as the installed plotly package carries it: no CDN, and Python's own version."""
    spec = find_spec("plotly")
    assert spec is not None and spec.origin is not None
    path = Path(spec.origin).parent / "package_data" / "plotly.min.js"
    return FileResponse(path, media_type="text/javascript", headers=FOREVER)


def routes() -> list[BaseRoute]:
    """What components fetch by themselves, without a rerun of the page."""
    return [
        Route(f"{API}/components/{{version}}/{{name}}", _component_route),
        Route(f"{API}/plotly.min.js", _plotly_route),
        Route(f"{API}/runs/{{run}}/live", _json_route(_live_route)),
        Route(f"{API}/runs/{{run}}/frames/{{step:int}}", _json_route(_frame_route)),
        Route(f"{API}/runs/{{run}}/scores", _json_route(_scores_route)),
        Route(f"{API}/runs/{{run}}/layers", _json_route(_layers_route)),
        Route(f"{API}/runs/{{run}}/inside/{{step:int}}", _json_route(_inside_route)),
        Route(f"{API}/runs/{{run}}/ask/{{name}}/{{step:int}}", _json_route(_ask_route)),
        Route(f"{API}/experiments/{{experiment}}", _json_route(_experiment_route)),
        Route(f"{API}/exported/{{file}}", _exported_route),
        Route(f"{API}/requests/{{request}}", _json_route(_reply_route)),
    ]


class VisitorCookie:
    """Gives every browser a random name, so that a reload is the same visitor."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_page = scope["type"] == "http" and not scope["path"].startswith((API, "/_stcore", "/static"))
        if not is_page or COOKIE in HTTPConnection(scope).cookies:
            await self.app(scope, receive, send)
            return

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                name = f"{COOKIE}={secrets.token_urlsafe(18)}"
                rules = f"Path=/; Max-Age={COOKIE_DAYS * 86400}; HttpOnly; SameSite=Lax"
                MutableHeaders(scope=message).append("set-cookie", f"{name}; {rules}")
            await send(message)

        await self.app(scope, receive, send_with_cookie)


def middleware() -> list[Middleware]:
    return [Middleware(VisitorCookie)]
