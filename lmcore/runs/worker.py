"""`python -m lmcore.runs.worker HOME [--nice N]`: a warm process that trains runs or answers requests.

It reads JSON lines: {"run": id} starts a run, {"verb": …} commands it, and
{"request": id, "name": …, "arguments": {…}} asks a question, which {"cancel": id} takes back. It writes JSON
lines: {"ready": seconds, …}, {"idle": run id}, and for a request {"reply": id, …}. The end of its input means
that the server is gone: it saves a checkpoint and ends.
"""

import argparse
import json
import os
import signal
import sys
import time
import traceback
from pathlib import Path

os.environ.setdefault(
    "OMP_WAIT_POLICY", "PASSIVE"
)  # a spinning second thread costs the other processes dearly
os.environ.setdefault("GOMP_SPINCOUNT", "0")
os.environ.setdefault("HF_HUB_OFFLINE", "1")  # without a network a hub look-up hangs

from lmcore.errors import LmcoreError
from lmcore.runs.home import Home
from lmcore.runs.inbox import Inbox
from lmcore.runs.store import CRASHED, Store


def say(**line: object) -> None:
    """One line to the server; when it no longer listens, the input ends too."""
    try:
        print(json.dumps(line), file=sys.__stdout__, flush=True)
    except BrokenPipeError:
        sys.exit(0)


def warm_up() -> dict[str, object]:
    """Import what the first step needs and do one small update; says how long that took and what trains here.

    The first AdamW imports several hundred modules, which nobody should wait for after pressing Start.
    """
    start = time.perf_counter()
    import torch

    from lmcore.device import choose_device, device_label, limit_threads
    from lmcore.runs import driver, requests  # noqa: F401
    from lmcore.tasks import language_model  # noqa: F401

    limit_threads(1)
    layer = torch.nn.Linear(8, 8)
    optimizer = torch.optim.AdamW(layer.parameters())
    layer(torch.ones(2, 8)).sum().backward()
    optimizer.step()
    device = choose_device("auto")
    return {"ready": round(time.perf_counter() - start, 2), "device": device, "label": device_label(device)}


def train(store: Store, home: Home, run_id: str, inbox: Inbox) -> None:
    """Drive a run; what goes wrong in it ends the run, not the worker."""
    from lmcore.runs.driver import Driver

    try:
        store.update(run_id, worker_pid=os.getpid())
        Driver(store, home, run_id, inbox).run()
    except LmcoreError as error:
        notice = {"key": error.key, "given": error.given}
        store.update(run_id, status=CRASHED, finished=time.time(), worker_pid=None, notice=notice)
    except Exception as error:  # a bug: shown folded, with its traceback
        notice = {"key": "crashed", "given": {"reason": f"{type(error).__name__}: {error}"[:300]}}
        details = traceback.format_exc()
        store.update(
            run_id, status=CRASHED, finished=time.time(), worker_pid=None, notice=notice, details=details
        )
    say(idle=run_id)


def answer(home: Home, inbox: Inbox, request_id: str, name: str, arguments: dict) -> None:
    """Reply to one request; long ones reply in parts, as long as anybody listens."""
    from lmcore.runs.requests import REQUESTS

    try:
        for part in REQUESTS[name](home, **arguments):
            say(reply=request_id, part=part)
            if inbox.closed.is_set() or request_id in inbox.cancelled:
                return
        say(reply=request_id, done=True)
    except LmcoreError as error:
        say(reply=request_id, error=error.to_json())
    except Exception:
        say(reply=request_id, failure=traceback.format_exc())


def main() -> None:
    """Warm up, then do what the input says until it ends."""
    parser = argparse.ArgumentParser()
    parser.add_argument("home", type=Path)
    parser.add_argument("--nice", type=int, default=0)
    options = parser.parse_args()
    if hasattr(os, "nice"):
        os.nice(options.nice)
    for name in ("SIGINT", "SIGHUP"):  # both are for the server; its end closes our input
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    sys.stdout = sys.stderr  # a stray print must not break the protocol
    home = Home(options.home)
    store = Store(home.database)
    inbox = Inbox(sys.stdin)
    say(**warm_up())
    while not inbox.closed.is_set() and (message := inbox.wait()) is not None:
        if "run" in message:
            train(store, home, message["run"], inbox)
        elif "request" in message:
            answer(home, inbox, message["request"], message["name"], message["arguments"])


if __name__ == "__main__":
    main()
