"""The text of a bundle: sections under the modules' own words, idle methods left out, clashes renamed."""

import ast
import re
import textwrap

from lmcore.runs.take_home.bundle import WIDTH, Bundle
from lmcore.runs.take_home.sources import PACKAGE, Module, imported, inner_imports

_HOLE = re.compile(r"\n{3,}")
_FOR_OUR_TOOLS = re.compile(r"  # (noqa|type: ignore|fmt:)[^\n]*")


def sections(bundle: Bundle) -> str:
    """Everything in the bundle, module by module."""
    return "\n\n\n".join(_section(bundle, module) for module in bundle.modules)


def _section(bundle: Bundle, module: Module) -> str:
    about = textwrap.wrap(module.about.split("\n\n")[0].replace("\n", " "), WIDTH - 2)
    head = ["# " + "-" * (WIDTH - 2), *(f"# {line}" for line in about)]
    parts = ["\n".join(head)]
    done: set[int] = set()
    for name, node in module.definitions.items():
        if (module.name, name) in bundle.kept and id(node) not in done:
            done.add(id(node))
            parts.append(_definition(bundle, module, name, node))
    short = [_is_short(part) for part in parts]
    text = parts[0]
    for i in range(1, len(parts)):
        text += ("\n" if short[i] and short[i - 1] else "\n\n" if i == 1 else "\n\n\n") + parts[i]
    return text


def _is_short(part: str) -> bool:
    return "\n" not in part and not part.startswith("#")


def _definition(bundle: Bundle, module: Module, name: str, node: ast.stmt) -> str:
    lines = _renamed(bundle, module, node)
    first, last = module.lines_of(node)
    if name in bundle.tables:
        return _table(bundle, module, name, node)
    gone = _lines_gone(bundle, module, node)
    text = "\n".join(lines[n - 1] for n in range(first, last + 1) if n not in gone)
    return _FOR_OUR_TOOLS.sub("", _HOLE.sub("\n\n", text)).rstrip()


def _table(bundle: Bundle, module: Module, name: str, node: ast.stmt) -> str:
    lines = "\n".join(module.lines)
    rows = [
        f"    {ast.get_source_segment(lines, key)}: {ast.get_source_segment(lines, value)},"
        for key, value in bundle.entries(node, name)
    ]
    return "\n".join([f"{bundle.final[module.name, name]} = {{", *rows, "}"])


def _lines_gone(bundle: Bundle, module: Module, node: ast.stmt) -> set[int]:
    """Of what does not stay, and of imports of what is in the file itself."""
    gone: set[int] = set()
    idle = [part for part in node.body if bundle.is_idle(part)] if isinstance(node, ast.ClassDef) else []
    dropped = [part for part in ast.walk(node) if isinstance(part, ast.stmt) and bundle.is_dropped(part)]
    own = [
        inside
        for inside in inner_imports([node])
        if any(source.module.startswith(PACKAGE) for _, source in imported(inside))
    ]
    for part in (*idle, *dropped, *own):
        first, last = module.lines_of(part)
        gone.update(range(first, last + 1))
    return gone


def _renamed(bundle: Bundle, module: Module, node: ast.stmt) -> list[str]:
    """The module's lines, with other names where a name of ours clashed."""
    lines = list(module.lines)
    places: list[tuple[int, int, str, str]] = []
    new = _new_names(bundle, module)
    if not new:
        return lines
    for old, fresh in new.items():
        for place in _uses(node, old):
            places.append((*place, old, fresh))
    for line, column, old, fresh in sorted(places, reverse=True):
        encoded = lines[line - 1].encode()
        at = encoded.index(old.encode(), column)
        lines[line - 1] = (encoded[:at] + fresh.encode() + encoded[at + len(old.encode()) :]).decode()
    return lines


def _new_names(bundle: Bundle, module: Module) -> dict[str, str]:
    """What this module calls something → what the file calls it, where that differs."""
    found = {name: bundle.final.get((module.name, name), name) for name in module.definitions}
    for name, source in module.imports.items():
        if source.ours:
            place = bundle.places.get(source.module, source.module)
            found[name] = bundle.final.get((place, source.attribute), name)
    return {name: fresh for name, fresh in found.items() if name != fresh}


def _uses(node: ast.AST, name: str, at_top: bool = True) -> list[tuple[int, int]]:
    """Line and column (bytes) wherever a name means the module's; not in functions with such a local."""
    if isinstance(node, ast.FunctionDef | ast.Lambda) and name in _locals(node):
        return []
    found = []
    if isinstance(node, ast.Name) and node.id == name:
        found.append((node.lineno, node.col_offset))
    if at_top and isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name:
        found.append((node.lineno, node.col_offset + len("def ")))
    for child in ast.iter_child_nodes(node):
        found += _uses(child, name, False)
    return found


def _locals(function: ast.FunctionDef | ast.Lambda) -> set[str]:
    arguments = function.args
    given = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    given += [extra for extra in (arguments.vararg, arguments.kwarg) if extra is not None]
    stored = {
        part.id
        for part in ast.walk(function)
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
    }
    return stored | {argument.arg for argument in given}
