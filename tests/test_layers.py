"""The import order of DESIGN: a layer imports itself and lower ones only."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LAYERS = (  # lower first; what stands on one line stands side by side
    ("i18n",),
    ("errors", "events", "checks", "device"),
    ("text",),
    ("vectors", "models"),
    ("training",),
    ("generation", "analysis"),
    ("tasks",),
    ("runs",),
    ("figures",),
    ("ui", "cli"),
    ("pages", "app", "__main__"),
)
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}
ONLY_IN = {  # package → where it may be imported
    "streamlit": {"ui", "pages", "app"},
    "plotly": {"figures"},
    "sqlite3": {"runs"},
}
NOT_IN = {"torch": {"figures", "ui", "pages", "app", "cli"}, "numba": {"ui", "pages", "app", "figures"}}


def sources() -> list[Path]:
    return [*ROOT.glob("lmcore/**/*.py"), *ROOT.glob("pages/*.py"), ROOT / "app.py"]


def layer_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return parts[1] if parts[0] == "lmcore" else parts[0]


def imported(tree: ast.AST) -> list[str]:
    """Dotted names of everything a file imports, inside functions too."""
    names = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return names


def violations(layer: str, names: list[str]) -> list[str]:
    found = []
    for name in names:
        package, *rest = name.split(".")
        if package == "lmcore" and rest and rest[0] in RANK:
            other = rest[0]
            beside = RANK[other] == RANK[layer] and other != layer and layer not in ("errors", "checks")
            if RANK[other] > RANK[layer] or (beside and other not in ("errors", "events", "checks")):
                found.append(f"{layer} imports {name}")
        if layer not in ONLY_IN.get(package, {layer}) or layer in NOT_IN.get(package, set()):
            found.append(f"{layer} imports {name}")
    return found


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_layer_imports_itself_and_lower_ones_only(path: Path) -> None:
    layer = layer_of(path)
    if layer == "__init__":
        return
    assert violations(layer, imported(ast.parse(path.read_text(encoding="utf-8")))) == []


def test_the_rule_would_notice() -> None:
    assert violations("models", ["lmcore.training.loop.train"])
    assert violations("figures", ["torch.nn"])
    assert violations("runs", ["streamlit"])
    assert violations("generation", ["lmcore.analysis.maps"])
    assert not violations("runs", ["lmcore.tasks.spec.RunSpec", "torch"])


def modules_after(statement: str) -> set[str]:
    code = f"import sys\n{statement}\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_the_server_imports_nothing_heavy() -> None:
    loaded = modules_after("import app, lmcore.ui.frame, lmcore.cli.main\nfrom lmcore.ui import server")
    for path in (ROOT / "pages").glob("*.py"):
        names = sorted(
            {name.rpartition(".")[0] for name in imported(ast.parse(path.read_text(encoding="utf-8")))}
        )
        loaded |= modules_after("\n".join(f"import {name}" for name in names if name.startswith("lmcore")))
    assert not loaded & {"torch", "umap", "gensim", "transformers", "numba", "sklearn"}


def test_importing_lmcore_imports_nothing_else() -> None:
    assert not {
        name for name in modules_after("import lmcore") if name.startswith(("torch", "streamlit", "numpy"))
    }
