"""Our own source as Python's parser sees it: what a module defines, what it imports, who uses whom."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

PACKAGE = "lmcore"


@dataclass(frozen=True)
class Imported:
    """Where a name comes from: `attribute` of `module`, or the module itself."""

    module: str
    attribute: str = ""

    @property
    def ours(self) -> bool:
        return self.module.partition(".")[0] == PACKAGE


@dataclass
class Module:
    """A file: its lines, the names it defines at the top, and the names it imports."""

    name: str
    lines: list[str]
    about: str  # the docstring
    definitions: dict[str, ast.stmt] = field(default_factory=dict)
    imports: dict[str, Imported] = field(default_factory=dict)

    def lines_of(self, node: ast.stmt) -> tuple[int, int]:
        """First and last line, 1-based, with decorators and the comments right above."""
        first = min([node.lineno, *(decorator.lineno for decorator in getattr(node, "decorator_list", []))])
        while first > 1 and self.lines[first - 2].lstrip().startswith("#"):
            first -= 1
        assert node.end_lineno is not None
        return first, node.end_lineno


@lru_cache(200)
def read_module(name: str) -> Module:
    """A module of ours, by its dotted name, without importing it."""
    found = find_spec(name)
    assert found is not None and found.origin is not None, name
    source = Path(found.origin).read_text(encoding="utf-8")
    tree = ast.parse(source)
    module = Module(name, source.split("\n"), ast.get_docstring(tree) or "")
    for node in tree.body:
        _note(module, node)
    return module


def _note(module: Module, node: ast.stmt) -> None:
    if isinstance(node, ast.Import | ast.ImportFrom):
        module.imports |= dict(imported(node))
    elif isinstance(node, ast.If):  # for the type checker only
        for inner in node.body:
            _note(module, inner)
    elif isinstance(node, ast.FunctionDef | ast.ClassDef):
        module.definitions[node.name] = node
    elif isinstance(node, ast.Assign | ast.AnnAssign):
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            for name in ast.walk(target):
                if isinstance(name, ast.Name):
                    module.definitions[name.id] = node


def imported(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, Imported]]:
    """Every name that an import makes, with where it comes from."""
    for alias in node.names:
        if isinstance(node, ast.ImportFrom):
            yield alias.asname or alias.name, Imported(node.module or "", alias.name)
        else:
            whole = alias.name if alias.asname else alias.name.partition(".")[0]
            yield alias.asname or whole, Imported(whole)


def names_in(nodes: list[ast.AST]) -> set[str]:
    """The names that stand alone in some code; those after a dot are in `attributes_in`."""
    return {name.id for node in nodes for name in ast.walk(node) if isinstance(name, ast.Name)}


def attributes_in(nodes: list[ast.AST]) -> set[str]:
    """The names after a dot, and words in quotes, with which `getattr` may ask for one."""
    parts = [part for node in nodes for part in ast.walk(node)]
    words = {part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)}
    return {part.attr for part in parts if isinstance(part, ast.Attribute)} | {
        word for word in words if word.isidentifier()
    }


def inner_imports(nodes: list[ast.AST]) -> list[ast.Import | ast.ImportFrom]:
    """Imports inside functions."""
    return [
        part for node in nodes for part in ast.walk(node) if isinstance(part, ast.Import | ast.ImportFrom)
    ]
