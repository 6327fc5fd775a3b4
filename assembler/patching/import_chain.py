"""Find, afterwards, the imports that loaded a module: from the sources of the loaded modules."""

from __future__ import annotations

import ast
import re
import sys
from collections import deque
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, NamedTuple

from assembler.diagnostics.failures import INSTALLED

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "ImportGraph",
    "ImportStep",
    "find_import_chain",
    "find_source_file",
    "get_namespace",
    "is_project_module",
]

# Every text that may be an import, prose included: reading all sources with `ast` takes seconds,
# so only the few modules on the chain that was found are read so, to confirm it.
IMPORT = re.compile(
    r"\bfrom[ \t]+([.\w]+)[ \t]+import[ \t]+(\([^)]*\)|[^\n]+)"
    r"|\bimport[ \t]+(\w[^\n]*)"
    r"|(?:import_module|__import__)\(\s*[\"']([\w.]+)[\"']"
)
NAME = re.compile(r"[\w.]+")


class ImportStep(NamedTuple):
    """One import: ``module`` imports ``imported`` at this line of its file."""

    module: str
    file: str
    line: int
    imported: str


class _Source(NamedTuple):
    """A loaded module of which the text is there."""

    name: str  # as in `sys.modules`
    package: str  # what its relative imports start from
    file: str
    text: str


class ImportGraph:
    """Which loaded module imports which: read once, asked for any number of modules."""

    def __init__(self) -> None:
        """Read the source files of the loaded modules, the standard library's left out."""
        self._sources = {source.name: source for source in _iter_sources()}
        self._importers = _find_importers(self._sources)

    def find_chain(self, module_name: str) -> list[ImportStep]:
        """Return the imports that lead to ``module_name``, from the program's module down to it.

        The chain is the shortest that starts at a module of the project that no other one imports;
        else at any module that no other one imports. Imports inside functions count. Empty if
        nothing that is loaded imports it in a way that can be read.
        """
        while names := _find_path(module_name, self._importers):
            steps = []
            for name, imported in pairwise(names):
                line = _find_line(self._sources[name], imported)
                if line is None:  # it was prose: without that edge there may be another chain
                    self._importers[imported].remove(name)
                    break
                steps.append(ImportStep(name, self._sources[name].file, line, imported))
            else:
                return steps
        return []


def find_import_chain(module_name: str) -> list[ImportStep]:
    """Return the imports that lead to the loaded module ``module_name``; see `ImportGraph`."""
    return ImportGraph().find_chain(module_name)


def find_source_file(name: str) -> str | None:
    """Return the file that the loaded module ``name`` came from; None for what has no file."""
    file = get_namespace(sys.modules.get(name)).get("__file__")
    return file if isinstance(file, str) else None


def get_namespace(module: ModuleType | None) -> dict[str, object]:
    """Return what is in a module; looking never loads anything, not even of a lazy module."""
    if not isinstance(module, ModuleType):
        return {}
    namespace: dict[str, object] = ModuleType.__getattribute__(module, "__dict__")
    return namespace


def is_project_module(name: str) -> bool:
    """Return whether a loaded module is neither of the standard library nor installed."""
    file = find_source_file(name)
    if file is None or name.partition(".")[0] in sys.stdlib_module_names:
        return False
    path = Path(file)
    if not INSTALLED.isdisjoint(path.parts):
        return False
    package = path.parent if path.stem == "__init__" else path
    depth = name.count(".")
    return len(package.parents) > depth and not _holds_distributions(package.parents[depth])


@cache
def _holds_distributions(folder: Path) -> bool:
    """Return whether packages were installed into ``folder``, as `pip install --target` does."""
    return next(folder.glob("*.dist-info"), None) is not None


def _iter_sources() -> Iterator[_Source]:
    seen = set()
    for name, module in list(sys.modules.items()):
        file = find_source_file(name)
        standard = name.partition(".")[0] in sys.stdlib_module_names
        if file is None or not file.endswith(".py") or standard or id(module) in seen:
            continue
        seen.add(id(module))
        try:
            text = Path(file).read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        package = get_namespace(module).get("__package__")
        yield _Source(name, package if isinstance(package, str) else "", file, text)


def _find_importers(sources: dict[str, _Source]) -> dict[str, list[str]]:
    importers: dict[str, list[str]] = {}
    for source in sources.values():
        for imported in dict.fromkeys(_iter_candidates(source)):
            # A package is loaded before what is in it, so never by it.
            if imported in sources and not f"{source.name}.".startswith(f"{imported}."):
                importers.setdefault(imported, []).append(source.name)
    return importers


def _iter_candidates(source: _Source) -> Iterator[str]:
    for base, names, modules, literal in IMPORT.findall(source.text):
        if base:
            yield from _expand(source.package, base, NAME.findall(names))
        for name in [literal] if literal else NAME.findall(modules):
            yield from _expand(source.package, name, [])


def _expand(package: str, base: str, names: list[str]) -> list[str]:
    """Return every module that ``from base import names`` loads, if they are modules."""
    level = len(base) - len(base.lstrip("."))
    if level:
        parts = package.split(".")
        start = ".".join(parts[: len(parts) - level + 1])
        base = ".".join(filter(None, [start, base.lstrip(".")]))
    parts = base.split(".")
    parents = [".".join(parts[:end]) for end in range(1, len(parts) + 1)]
    return [*parents, *(f"{base}.{name}" for name in names)]


def _find_path(target: str, importers: dict[str, list[str]]) -> list[str]:
    """Go up from ``target`` breadth first; give the names from where it ends down to it."""
    below: dict[str, str | None] = {target: None}
    queue = deque([target])
    while queue:
        name = queue.popleft()
        above = [importer for importer in importers.get(name, []) if importer not in below]
        below.update(dict.fromkeys(above, name))
        queue.extend(above)
    path: list[str] = []
    step = _choose_start(list(below)[1:], importers)
    while step is not None:
        path.append(step)
        step = below[step]
    return path


def _choose_start(reached: list[str], importers: dict[str, list[str]]) -> str | None:
    """Choose among what leads to the target, nearest first; where all is circles, the farthest."""
    ends = [name for name in reached if not importers.get(name)]
    for names in (ends, reached[::-1]):
        for name in filter(is_project_module, names):
            return name
    return next(iter(ends or reached[::-1]), None)


def _find_line(source: _Source, imported: str) -> int | None:
    """Return the line at which ``source`` really imports ``imported``, module level first."""
    try:
        tree = ast.parse(source.text)
    except SyntaxError:
        return None
    lines = {False: 0, True: 0}
    for node, is_deferred in _iter_statements(tree, is_deferred=False):
        if not lines[is_deferred] and imported in _find_imported(source, node):
            lines[is_deferred] = node.lineno
    return lines[False] or lines[True] or None


def _iter_statements(
    node: ast.AST, *, is_deferred: bool
) -> Iterator[tuple[ast.expr | ast.stmt, bool]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and _is_for_types(child.test):
            child.body = []  # never carried out, unlike what is below `else`
        if isinstance(child, (ast.Import, ast.ImportFrom, ast.Call)):
            yield child, is_deferred
        inner = is_deferred or isinstance(
            child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
        )
        yield from _iter_statements(child, is_deferred=inner)


def _is_for_types(test: ast.expr) -> bool:
    return ast.unparse(test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}


def _find_imported(source: _Source, node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [name for alias in node.names for name in _expand("", alias.name, [])]
    if isinstance(node, ast.ImportFrom):
        base = "." * node.level + (node.module or "")
        return _expand(source.package, base, [alias.name for alias in node.names])
    if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
        function = node.func.attr if isinstance(node.func, ast.Attribute) else None
        function = node.func.id if isinstance(node.func, ast.Name) else function
        value = node.args[0].value
        if function in {"import_module", "__import__"} and isinstance(value, str):
            return _expand(source.package, value, [])
    return []
