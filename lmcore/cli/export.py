"""`export`: a run as a file that other programs read."""

from argparse import Namespace

from lmcore.cli.files import followed, goal_of, move
from lmcore.cli.session import open_engine
from lmcore.cli.snapshot import step_near
from lmcore.cli.terminal import say, say_json
from lmcore.runs.take_home.forms import OF_A_STEP, SUFFIXES
from lmcore.text.uploads import shown_name


def export(options: Namespace) -> int:
    """Write a run in one form. Works in this process: no worker needs to wake up."""
    from lmcore.runs.take_home.requests import take_home

    engine = open_engine(trains=False)
    record = engine.store.run(options.run_id)
    step = step_near(engine, record, options.step) if options.form in OF_A_STEP else 0
    goal = goal_of(options.goal or f"{record.id}-{options.form}{SUFFIXES[options.form]}")
    answer = followed(take_home(engine.home, record.id, step, options.form), as_json=options.json)
    given = {"run": record.id, "form": options.form}
    if "logged" in answer:
        said = {**given, **answer["logged"]}
        say_json(**said) if options.json else say(f"{said['experiment']}  {said['run']}")
        return 0
    move(engine.home.exported / answer["file"], goal)
    if options.json:
        say_json(file=str(goal), size=answer["size"], **given)
    else:
        say(f"{goal}  {answer['size']:,} bytes, {options.form} of {shown_name(record.name)}")
    return 0
