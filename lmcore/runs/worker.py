"""`python -m lmcore.runs.worker HOME [--role ROLE] [--nice N]`: a warm process that trains or answers.

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
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault(
    "OMP_WAIT_POLICY", "PASSIVE"
)  # a spinning second thread costs the other processes dearly
os.environ.setdefault("GOMP_SPINCOUNT", "0")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # for the same reason
os.environ.setdefault("HF_HUB_OFFLINE", "1")  # without a network a hub look-up hangs

from lmcore.errors import LmcoreError
from lmcore.runs.home import Home
from lmcore.runs.inbox import Inbox
from lmcore.runs.pool import ANSWERING, READING, TRAINING
from lmcore.runs.store import CRASHED, Store

Requests = dict[str, Callable[..., Iterator[dict[str, Any]]]]


def say(**line: object) -> None:
    """One line to the server; when it no longer listens, the input ends too."""
    try:
        print(json.dumps(line), file=sys.__stdout__, flush=True)
    except BrokenPipeError:
        sys.exit(0)


def warm_up(role: str) -> dict[str, object]:
    """Get ready for the first message, and say how long that took."""
    start = time.perf_counter()
    told = _warm_up_to_read() if role == READING else _warm_up_to_train()
    return {"ready": round(time.perf_counter() - start, 2), **told}


def _warm_up_to_read() -> dict[str, object]:
    """Texts and vectors need neither torch nor a device: this process is there in a fraction of a second."""
    from lmcore.runs.texts import requests  # noqa: F401

    return {}


def _warm_up_to_train() -> dict[str, object]:
    """Import what the first step needs and do one small update; says what trains here.

    The first AdamW imports several hundred modules, which nobody should wait for after pressing Start.
    """
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
    return {"device": device, "label": device_label(device)}


def warm_up_vectors() -> None:
    """Load the compiled kernels of word vectors and of their map, while nobody has pressed Start yet."""
    from lmcore.tasks import word_vectors

    word_vectors.warm_up()


def find_out_peak(store: Store) -> None:
    """What this machine can do at best, once for all later starts."""
    from lmcore.device import choose_device
    from lmcore.runs.peak import measure_once

    measure_once(store, choose_device("auto"))


def train(store: Store, home: Home, run_id: str, inbox: Inbox) -> None:
    """Drive a run; what goes wrong in it ends the run, not the worker."""
    from lmcore.runs.driver import Driver

    try:
        store.update(run_id, worker_pid=os.getpid())
        Driver(store, home, run_id, inbox).run()
    except LmcoreError as error:
        notice = {"key": error.key, "given": error.given}
        store.update(run_id, status=CRASHED, finished=time.time(), worker_pid=None, notice=notice)
    except Exception as error:
        store.update(run_id, status=CRASHED, finished=time.time(), worker_pid=None, **failure(error))
    say(idle=run_id)


def failure(error: Exception) -> dict[str, Any]:
    """What to say of a run that `error` ended: the device is full, or a bug, shown with its traceback."""
    if type(error).__name__ == "OutOfMemoryError":  # torch's, which a reading worker does not import
        return {"notice": {"key": "device_full", "given": {}}}
    reason = f"{type(error).__name__}: {error}"[:300]
    return {"notice": {"key": "crashed", "given": {"reason": reason}}, "details": traceback.format_exc()}


def answer(requests: Requests, home: Home, inbox: Inbox, request_id: str, name: str, arguments: dict) -> None:
    """Reply to one request; long ones reply in parts, as long as anybody listens."""
    try:
        for part in () if request_id in inbox.cancelled else requests[name](home, **arguments):
            if inbox.closed.is_set() or request_id in inbox.cancelled:
                break
            say(reply=request_id, part=part)
        say(reply=request_id, done=True)
    except LmcoreError as error:
        say(reply=request_id, error=error.to_json())
    except Exception:
        say(reply=request_id, failure=traceback.format_exc())
    finally:
        inbox.cancelled.discard(request_id)


def requests_of(role: str) -> Requests:
    """What a worker of this role can be asked."""
    if role == READING:
        from lmcore.runs.texts.requests import REQUESTS as OF_TEXTS
        from lmcore.runs.vectors.requests import REQUESTS as OF_VECTORS

        return OF_TEXTS | OF_VECTORS
    from lmcore.runs.requests import REQUESTS

    return REQUESTS


def main() -> None:
    """Warm up, then do what the input says until it ends."""
    parser = argparse.ArgumentParser()
    parser.add_argument("home", type=Path)
    parser.add_argument("--role", default=ANSWERING, choices=(TRAINING, ANSWERING, READING))
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
    say(**warm_up(options.role))
    requests = requests_of(options.role)
    if options.role == TRAINING:
        warm_up_vectors()
        find_out_peak(store)
    while not inbox.closed.is_set() and (message := inbox.wait()) is not None:
        if "run" in message:
            train(store, home, message["run"], inbox)
        elif "request" in message:
            answer(requests, home, inbox, message["request"], message["name"], message["arguments"])


if __name__ == "__main__":
    main()
