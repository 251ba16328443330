"""One readable file made of our own modules: what some names need, and nothing else.

From the names asked for it follows every use. Of a class only the methods stay whose names occur somewhere;
of a table, such as that of the objectives, only the entries asked for. The text of what stays is not changed,
except that a name which two modules define gets the module's name before it.
"""

import ast
import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lmcore.runs.take_home.sources import (
    Imported,
    Module,
    attributes_in,
    imported,
    inner_imports,
    names_in,
    read_module,
)

Name = tuple[str, str]  # module, name
WIDTH = 110


@dataclass
class Bundle:
    """What is in the file, and what it imports. `places` sends a module's readers to another one."""

    roots: Sequence[Name]
    tables: Mapping[str, Sequence[str]] = field(default_factory=dict)  # the entries to keep
    places: Mapping[str, str] = field(default_factory=dict)
    absent: Sequence[str] = ()  # attributes that are None here, so that what is done with them can go
    kept: dict[Name, None] = field(default_factory=dict)
    attributes: set[str] = field(default_factory=set)
    outside: dict[str, Imported] = field(default_factory=dict)

    def __post_init__(self) -> None:
        before = -1
        while before != (before := len(self.kept) + len(self.attributes)):  # until nothing is added
            seen: set[Name] = set()
            for name in self.roots:
                self._keep(name, seen)
        self.final = self._without_clashes()

    @property
    def modules(self) -> list[Module]:
        """In the order in which they must stand: whoever is used stands above."""
        order: dict[str, None] = {}

        def visit(name: str) -> None:
            if name in order or name in under_way:
                return
            under_way.add(name)
            for source in read_module(name).imports.values():
                if source.ours:
                    visit(self._place(source)[0])
            order[name] = None

        under_way: set[str] = set()
        for module, _ in self.kept:
            visit(module)
        used = {module for module, _ in self.kept}
        return [read_module(name) for name in order if name in used]

    def _place(self, source: Imported) -> Name:
        return self.places.get(source.module, source.module), source.attribute

    def _keep(self, name: Name, seen: set[Name]) -> None:
        if name in seen:
            return
        seen.add(name)
        module = read_module(name[0])
        if name[1] not in module.definitions:
            self._follow(module, module.imports[name[1]], name[1], seen)  # passed on by its module
            return
        self.kept[name] = None
        code = self.code_of(module, name[1])
        self.attributes |= attributes_in(code)
        known = module.imports | dict(pair for node in inner_imports(code) for pair in imported(node))
        for used in sorted(names_in(code)):
            if used in module.definitions:
                self._keep((module.name, used), seen)
            elif used in known:
                self._follow(module, known[used], used, seen)

    def _follow(self, module: Module, source: Imported, name: str, seen: set[Name]) -> None:
        if source.ours:
            assert source.attribute, f"{module.name} uses {name}, which is a module"
            self._keep(self._place(source), seen)
            return
        before = self.outside.setdefault(name, source)
        assert dotted(before) == dotted(source), f"{name} is {before} and, in {module.name}, {source}"

    def code_of(self, module: Module, name: str) -> list[ast.AST]:
        """The parts of a definition that stay."""
        node = module.definitions[name]
        if name in self.tables:
            return [part for entry in self.entries(node, name) for part in entry]
        return [_Without(self).visit(copy.deepcopy(node))]

    def is_dropped(self, part: ast.AST) -> bool:
        """Whether it is code about an attribute that is always None here."""
        if isinstance(part, ast.If):
            return ast.unparse(part.test) in {f"self.{name} is not None" for name in self.absent}
        if isinstance(part, ast.AnnAssign):
            return ast.unparse(part.target) in {f"self.{name}" for name in self.absent}
        return False

    def is_idle(self, method: ast.stmt) -> bool:
        """Whether it is a method that nobody calls."""
        if not isinstance(method, ast.FunctionDef) or method.name.startswith("__"):
            return False
        return method.name not in self.attributes | {"forward"}

    def entries(self, node: ast.stmt, name: str) -> list[tuple[ast.expr, ast.expr]]:
        """The key and the value of every entry of a table that stays."""
        assert isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Dict)
        pairs = zip(node.value.keys, node.value.values, strict=True)
        return [
            (key, value)
            for key, value in pairs
            if isinstance(key, ast.Constant) and key.value in self.tables[name]
        ]

    def _without_clashes(self) -> dict[Name, str]:
        """The name of everything in the file: its own, unless somebody else has it already."""
        final: dict[Name, str] = {}
        taken = set(self.outside)
        for module in self.modules:
            for name in module.definitions:
                if (module.name, name) in self.kept:
                    own = name if name not in taken else f"{name}_of_{module.name.rpartition('.')[2]}"
                    assert own not in taken, own
                    final[module.name, name] = own
                    taken.add(own)
        return final


class _Without(ast.NodeTransformer):
    """Takes out of a definition what does not stay."""

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        node.body = [part for part in node.body if not self.bundle.is_idle(part)]
        return self.generic_visit(node)

    def visit_If(self, node: ast.If) -> ast.AST | None:
        return None if self.bundle.is_dropped(node) else self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        return None if self.bundle.is_dropped(node) else self.generic_visit(node)


def dotted(source: Imported) -> str:
    """`from torch.nn import functional` and `import torch.nn.functional` are the same."""
    return f"{source.module}.{source.attribute}".rstrip(".")


def import_lines(outside: Mapping[str, Imported]) -> list[str]:
    """The imports, plain ones first, one line a module."""
    plain, parts = [], {}
    for name, source in sorted(outside.items()):
        if source.attribute:
            called = source.attribute if source.attribute == name else f"{source.attribute} as {name}"
            parts.setdefault(source.module, []).append(called)
        else:
            plain.append(f"import {source.module}" + ("" if source.module == name else f" as {name}"))
    froms = [f"from {module} import {', '.join(sorted(names))}" for module, names in sorted(parts.items())]
    return [*sorted(plain), *froms]
