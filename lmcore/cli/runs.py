"""`runs`: the list, and an end for one of them."""

from argparse import Namespace

from lmcore.cli.session import open_engine
from lmcore.cli.terminal import complain, say, say_json
from lmcore.errors import RunError
from lmcore.runs.engine import Engine
from lmcore.runs.feed import model_label
from lmcore.runs.store import RunRecord
from lmcore.text.uploads import shown_name

STOP_S = 15.0


def runs(options: Namespace) -> int:
    """List the runs of this data folder, or stop or delete one. Needs no worker."""
    engine = open_engine()
    if options.stop:
        return _stop(engine, options.stop)
    if options.delete:
        engine.delete(options.delete, owner=engine.store.run(options.delete).owner)
        return 0
    for record in engine.store.runs():
        if options.json:
            say_json(**_described(record))
        else:
            say(_line(record))
    return 0


def _stop(engine: Engine, run_id: str) -> int:
    """Whoever trains the run obeys; a server that is down obeys when it is back."""
    record = engine.store.run(run_id)
    if not record.active:
        raise RunError("run_not_active", name=record.name, status=record.status, step=record.step)
    engine.command(run_id, "stop", owner=record.owner)
    if engine.wait(run_id, STOP_S).active:
        complain("Nobody has obeyed yet. The run stops when its server is running again.")
        return 1
    return 0


def _described(record: RunRecord) -> dict[str, object]:
    return {
        "run": record.id,
        "task": record.task,
        "name": record.name,
        "model": model_label(record),
        "status": record.status,
        "step": record.step,
        "planned_steps": record.planned_steps,
        "starred": record.starred,
        "tags": list(record.tags),
        "note": record.note,
    }


def _line(record: RunRecord) -> str:
    name = shown_name(record.name)  # a visitor's name for a run must not command our terminal
    star = "*" if record.starred else " "
    tags = "".join(f"  #{shown_name(tag)}" for tag in record.tags)
    figures = f"{record.status:<11}  {record.step:>9,}  {model_label(record):<14}"
    return f"{record.id:<24} {star} {figures}  {name}{tags}"
