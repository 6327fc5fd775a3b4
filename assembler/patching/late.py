"""Find the loaded modules that a patch comes too late for: they keep an unpatched object."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from assembler.diagnostics.diagnostic import Place, Related, Span
from assembler.patching.import_chain import (
    ImportGraph,
    find_source_file,
    get_namespace,
    is_project_module,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType

    from assembler.patching.import_chain import ImportStep
    from assembler.steps.forms import Patch, Replaced

__all__ = ["LateModule", "RenderedLate", "find_late_modules", "render_late_modules"]


class LateModule(NamedTuple):
    """A module loaded before the patch, and what it keeps that the patch would replace."""

    module: str
    keeps: str  # such as ``time.sleep``, or ``a threading.Lock``
    attribute: str  # the name that it has in the module


class RenderedLate(NamedTuple):
    """A late module in words: what is wrong, the remedy, and the imports that loaded it."""

    message: str
    hint: str
    related: tuple[Related, ...]


def find_late_modules(patch: Patch, options: Any) -> list[LateModule]:  # noqa: ANN401 - the patch's
    """Return the loaded modules that keep what ``patch`` would replace, or has replaced.

    Of an installed library only the first module is named. The patch imports its own package.
    """
    replaced: dict[int, Replaced] = {}
    for one in patch.find_replaced(options):
        replaced.setdefault(id(one.original), one)  # by the first of its names
    late: dict[str, LateModule] = {}
    seen: set[int] = set()
    for name, module in list(sys.modules.items()) if replaced else ():
        package = name.partition(".")[0]
        if id(module) in seen or package in patch.packages:
            continue
        seen.add(id(module))
        kept = _find_kept(name, module, replaced)
        is_project = bool(kept) and is_project_module(name)
        for found, one in kept:
            if is_project or one.in_libraries:
                late.setdefault(name if is_project else package, found)
    return list(late.values())


def render_late_modules(late: list[LateModule]) -> list[RenderedLate]:
    """Describe each of ``late``, with the chain of imports that loaded it."""
    graph = ImportGraph() if late else None
    return [_render(found, graph.find_chain(found.module)) for found in late if graph]


def _render(late: LateModule, chain: list[ImportStep]) -> RenderedLate:
    message = f"module '{late.module}' was loaded before the patch and keeps {late.keeps}"
    if late.attribute != late.keeps.rpartition(".")[2]:
        message += f" as '{late.attribute}'"
    related = [
        Related(_place(step.file, step.line), f"'{step.module}' imports '{step.imported}' here")
        for step in chain
    ]
    if not related and (file := find_source_file(late.module)):
        related = [Related(_place(file, 1), "loaded from this file; no import of it was found")]
    return RenderedLate(message, _render_hint(late, chain), tuple(related))


def _render_hint(late: LateModule, chain: list[ImportStep]) -> str:
    own = [step for step in chain if is_project_module(step.module)]
    if not own:
        return f"Import '{late.module}' only after the patches are applied."
    step = own[-1]
    place = _place(step.file, step.line)
    return (
        f"Import '{step.imported}' only after the patches: move the import at "
        f"{place.path}:{step.line} into the function that uses it, or load "
        f"'{step.module}' in the profile."
    )


def _place(file: str, line: int) -> Place:
    path = Path(file)
    shown = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
    return Place(str(shown), Span(line, 1, line, 1))


def _find_kept(
    name: str, module: ModuleType | None, replaced: Mapping[int, Replaced]
) -> list[tuple[LateModule, Replaced]]:
    """Return what a module keeps, but for what is its own."""
    kept: list[tuple[LateModule, Replaced]] = []
    items = list(get_namespace(module).items())
    values = [value for _, value in items]
    # Most keep nothing: to ask about all of them at once takes a fifth of the time.
    if replaced.keys().isdisjoint(map(id, values)) and replaced.keys().isdisjoint(
        map(id, map(type, values))
    ):
        return kept
    for attribute, value in items:
        # Not `isinstance`: a proxy would be asked for what it stands for.
        found = replaced.get(id(value)) or replaced.get(id(type(value)))
        if found is not None and found.name.rpartition(".")[0] != name:
            words = "" if found.original is value else " object"
            late = LateModule(name, f"an unpatched {found.name}{words}", attribute)
            kept.append((late, found))
    return kept
