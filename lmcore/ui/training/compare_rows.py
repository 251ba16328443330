"""The rows of the table that compares runs, every cell in words."""

from collections.abc import Callable
from typing import Any

from lmcore.analysis.run_difference import Difference, differences, differing
from lmcore.i18n import texts
from lmcore.models.configs.initial import InitialConfig
from lmcore.runs.outcomes import outcome_of
from lmcore.runs.store import RunRecord
from lmcore.ui.amounts import duration, weights
from lmcore.ui.run_list import comparable
from lmcore.ui.server import engine
from lmcore.ui.visit import hardware, language, run_name, t

NOTHING = "–"
LOSSES = ("final_loss", "best_loss", "test_loss", "perplexity", "bits_per_byte")  # the lower the better
Row = dict[str, Any]


def outcome_rows(runs: list[RunRecord]) -> list[Row]:
    """What came out; losses are set against the first run's only where that means something."""
    outcomes = [outcome_of(engine().store, run) for run in runs]
    fitting = [comparable(run, runs[0]) for run in runs]
    say: dict[str, Callable[[Any], str]] = {
        "final_loss": _loss,
        "best_loss": _loss,
        "test_loss": _loss,
        "perplexity": lambda value: f"{value:,.2f}",
        "bits_per_byte": lambda value: f"{value:.3f}",
        "n_parameters": weights,
        "tokens_per_s": lambda value: f"{value:,.0f}",
        "share_of_peak": lambda share: f"{100 * share:.2g}\u202f%",
        "seconds": duration,
        "device": lambda device: hardware() if device == "cpu" else device,
    }
    rows = []
    for name, said in say.items():
        values = [getattr(one, name) for one in outcomes]
        if all(value is None for value in values):
            continue
        row: Row = {"label": t(f"figure.{name}"), "values": [_or_nothing(said, value) for value in values]}
        if name in LOSSES:
            known = [v if fits else None for v, fits in zip(values, fitting, strict=True)]
            row |= _against_first(known, 2 if name == "perplexity" else 3)
        rows.append(row)
        if name == "best_loss":
            rows.append(_row("best_step", [one.best_step for one in outcomes], lambda step: f"{step:,}"))
    return rows


def _row(name: str, values: list[Any], said: Callable[[Any], str]) -> Row:
    return {"label": t(f"figure.{name}"), "values": [_or_nothing(said, value) for value in values]}


def _or_nothing(said: Callable[[Any], str], value: Any) -> str:
    return NOTHING if value is None else said(value)


def _loss(value: float) -> str:
    return f"{value:.3f}"


def _against_first(values: list[float | None], decimals: int) -> Row:
    """Differences with their sign, and which column has the lowest value, where several have one."""
    told = ["" if one is None else _signed(one, decimals) for one in differences(values)]
    known = {i: value for i, value in enumerate(values) if value is not None}
    best = min(known, key=lambda i: known[i]) if len(known) > 1 else None
    return {"differences": told, "best": best}


def _signed(difference: float, decimals: int) -> str:
    """With a real minus sign.

    >>> _signed(-0.1234, 3), _signed(2, 2), _signed(-0.0001, 3)
    ('−0.123', '+2.00', '±0.000')
    """
    text = f"{abs(difference):,.{decimals}f}"
    sign = "±" if not text.strip("0.") else "−" if difference < 0 else "+"
    return sign + text


def setting_sections(runs: list[RunRecord]) -> list[dict[str, Any]]:
    """The settings that differ, a section for each group that has any."""
    found = [one for one in differing([run.spec.to_json() for run in runs]) if not _is_initial(one)]
    sections = {}
    for difference in found:
        row = {
            "label": setting_name(difference.name),
            "values": [setting_value(difference.name, value) for value in difference.values],
        }
        sections.setdefault(difference.group, []).append(row)
    starts = [run.spec.initial for run in runs]
    if len(set(starts)) > 1:
        row = {"label": t("setting.initial"), "values": [_start(initial) for initial in starts]}
        sections.setdefault("training", []).insert(0, row)
    return [{"title": t(f"compare.group.{group}"), "rows": rows} for group, rows in sections.items()]


def _is_initial(difference: Difference) -> bool:
    """The five settings of the first weights are told in one row."""
    return difference.name.startswith("initial.")


def _start(initial: InitialConfig) -> str:
    if initial.run:
        name = next((run_name(run) for run in engine().store.runs() if run.id == initial.run), initial.run)
        return f"{name} @{initial.step:,}"
    return initial.folder or _choice(initial.scheme)


def setting_name(name: str) -> str:
    """What the form calls a setting of `run_difference`."""
    special = {"tokenizer.kind": "tokenizer", "model.architecture": "model"}
    last = special.get(name, name.rpartition(".")[2])
    for key in (f"setting.{last}", f"field.{last}"):
        if key in texts(language()):
            return t(key)
    return last.replace("_", " ")


def setting_value(name: str, value: Any) -> str:
    """A setting's value as the form shows it."""
    if value is None or value == ():
        return NOTHING
    if isinstance(value, bool):
        return t("choice.on" if value else "choice.off")
    if isinstance(value, tuple):
        return ", ".join(_known(f"cleaning_steps.{step}", step) for step in value)
    if isinstance(value, str):
        return _named(name, value)
    return f"{value:,}" if isinstance(value, int) else f"{value:g}"


def _named(name: str, value: str) -> str:
    if name == "corpus":
        return _known(f"corpus.{value}", value)
    if name == "model.architecture":
        return _known(f"model.{value}", value)
    return _choice(value)


def _choice(value: str) -> str:
    return _known(f"choice.{value}", value)


def _known(key: str, otherwise: str) -> str:
    return t(key) if key in texts(language()) else otherwise
