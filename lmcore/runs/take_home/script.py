"""A run as one readable PyTorch script with its settings, and the token ids it reads, in a ZIP file.

The script is made of the app's own code, so that it computes what the app computes.
"""

import json
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np
from safetensors.torch import save_file

from lmcore.device import choose_precision
from lmcore.errors import RunError
from lmcore.i18n import LANGUAGES, translate
from lmcore.models.base import LanguageModel
from lmcore.models.registry import ARCHITECTURES
from lmcore.runs.home import Home
from lmcore.runs.store import RunRecord
from lmcore.runs.take_home.bundle import Bundle, Name, import_lines
from lmcore.runs.take_home.history import History, write_csv
from lmcore.runs.take_home.written_out import sections
from lmcore.tasks.initial import initial_model
from lmcore.tasks.language_model import batches_for
from lmcore.text.corpora import CorpusLibrary
from lmcore.text.prepared import tokenized
from lmcore.text.splits import IdSplit, split_ids
from lmcore.training.objectives import MIXED

LOOP, ERRORS = "lmcore.runs.take_home.loop_of_the_script", "lmcore.runs.take_home.errors_of_the_script"
FIRST_WEIGHTS = "initial.safetensors"


def write(home: Home, record: RunRecord, history: History, step: int, path: Path) -> Iterator[float]:
    """`train.py`, the ids in `.npy` files, the run's losses and a README.

    Raises `RunError` where the text of the run, or the model that it began with, has gone.
    """
    parts = _ids(home, record)
    yield 0.4
    folder = f"{record.id}-script"
    with ZipFile(path, "w", ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr(f"{folder}/train.py", script(record, history))
        archive.writestr(f"{folder}/README.txt", _readme(record))
        archive.writestr(f"{folder}/train.npy", _npy(parts.train.astype(np.int32)))
        archive.writestr(f"{folder}/validation.npy", _npy(parts.validation.astype(np.int32)))
        archive.write(home.run_folder(record.id) / "tokenizer.json", f"{folder}/tokenizer.json")
        yield 0.7
        if record.spec.training.seconds:
            archive.writestr(f"{folder}/learning_rates.npy", _npy(_rates(history)))
        _add_files(archive, folder, home, record, history, path.parent)


def _add_files(
    archive: ZipFile, folder: str, home: Home, record: RunRecord, history: History, beside: Path
) -> None:
    """The run's losses, and the weights it began with where they were not drawn at random."""
    with tempfile.TemporaryDirectory(dir=beside) as place:
        losses = Path(place) / "losses_of_the_run.csv"
        list(write_csv(history, losses))
        archive.write(losses, f"{folder}/{losses.name}")
        if _begins_trained(record):
            model, _ = initial_model(record.spec, record.spec.model, home.run_folder(record.id))
            save_file(model.state_dict(), Path(place) / FIRST_WEIGHTS)
            archive.write(Path(place) / FIRST_WEIGHTS, f"{folder}/{FIRST_WEIGHTS}")


def _ids(home: Home, record: RunRecord) -> IdSplit:
    """The ids that the run trained on, made again from its text."""
    spec = record.spec
    corpus = CorpusLibrary(home.corpora, home.cache).get(spec.corpus)
    if spec.corpus_sha256 and corpus.sha256 != spec.corpus_sha256:
        raise RunError("text_has_changed", name=corpus.name)
    _, ids = tokenized(corpus, spec.cleaning, spec.tokenizer, home.cache)
    return split_ids(ids, spec.training.validation_share, spec.training.test_share)


def _rates(history: History) -> np.ndarray:
    """The learning rate of every step, by its number."""
    rates = np.zeros(1 + max((row["step"] for row in history.steps), default=0))
    for row in history.steps:
        rates[row["step"]] = row["learning_rate"]
    return rates


def _npy(values: np.ndarray) -> bytes:
    file = BytesIO()
    np.save(file, values)
    return file.getvalue()


def _readme(record: RunRecord) -> str:
    given = {"name": record.name, "step": record.step}
    return "\n\n".join(translate("take.script.readme", language, **given) for language in LANGUAGES) + "\n"


def script(record: RunRecord, history: History) -> str:
    """The text of `train.py`."""
    spec = record.spec
    module, _, model = ARCHITECTURES[spec.architecture].model.partition(":")
    config, batches = type(spec.model), batches_for(spec.model)
    classes: list[Name] = [
        (module, model),
        (config.__module__, config.__name__),
        (batches.__module__, batches.__name__),
    ]
    first = [("lmcore.models.initialisation", "initialise")] if spec.initial.scheme != "usual" else []
    objectives = {spec.training.objective, *(MIXED if spec.training.objective == "mixed" else ())}
    tables = {"LANGUAGE_OBJECTIVES": sorted(objectives)}
    bundle = Bundle([*classes, *first, (LOOP, "main")], tables, {"lmcore.errors": ERRORS}, ("monitor",))
    imports = "\n".join([*import_lines(bundle.outside), *_more_imports(record)])
    tail = _tail(record, *(bundle.final[name] for name in classes))
    head = "\n\n".join([f'"""{_ABOUT}"""', imports, _settings(record, history)])
    return "\n\n\n".join([head, sections(bundle), tail]) + "\n"


_ABOUT = """The training of one run of LM Playground, in one file.

It needs torch and numpy, and the files that came with it. Run it: python train.py
It writes losses.csv and compares it with losses_of_the_run.csv. On the processor that trained the run the
losses are the same to the last digits; on another one they drift apart by rounding, little by little.
"""


def _begins_trained(record: RunRecord) -> bool:
    return bool(record.spec.initial.run or record.spec.initial.folder)


def _more_imports(record: RunRecord) -> list[str]:
    return ["from safetensors.torch import load_file"] if _begins_trained(record) else []


def _settings(record: RunRecord, history: History) -> str:
    """The settings as Python, ready to be changed."""
    spec = record.spec
    device = record.device or "cpu"
    steps = [row["step"] for row in history.steps]
    run = {
        "name": record.name,
        "seed": spec.seed,
        "device": device,
        "precision": choose_precision(device, spec.precision, fits=_model_class(record).low_precision),
        "first_step": spec.initial.step if spec.initial.goes_on else 0,
        "last_step": spec.training.steps if record.active or not steps else steps[-1],
        "changes": _changes(history),
    }
    named = {"MODEL": asdict(spec.model), "TRAINING": asdict(spec.training), "RUN": run}
    return "\n".join(f"{name} = {_as_python(values)}" for name, values in named.items())


def _as_python(values: dict[str, Any]) -> str:
    rows = "".join(f"    {json.dumps(key)}: {_literal(value)},\n" for key, value in values.items())
    return f"{{\n{rows}}}"


def _literal(value: Any) -> str:
    return json.dumps(value) if isinstance(value, str) else repr(value)


def _changes(history: History) -> list[tuple[int, str, float]]:
    """What was changed while it trained: after which step, what, and to what."""
    return [
        (mark["step"], mark["given"]["name"], mark["given"]["value"])
        for mark in history.marks
        if mark["key"] == "changed"
    ]


def _model_class(record: RunRecord) -> type[LanguageModel]:
    module, _, name = ARCHITECTURES[record.spec.architecture].model.partition(":")
    return getattr(import_module(module), name)


def _tail(record: RunRecord, model: str, config: str, batches: str) -> str:
    """What happens when the file is run."""
    lines = ["def build() -> LanguageModel:", '    """The model with its first weights."""']
    lines.append(f"    model = {model}({config}(**MODEL))")
    if record.spec.initial.scheme != "usual":
        lines.append(f'    initialise(model, "{record.spec.initial.scheme}", RUN["seed"])')
    if _begins_trained(record):
        lines.append(f'    model.load_state_dict(load_file(HERE / "{FIRST_WEIGHTS}"))')
    lines += ["    return model", "", "", 'if __name__ == "__main__":']
    return "\n".join([*lines, f"    main(build, {batches}, TrainingConfig(**TRAINING), RUN)"])
