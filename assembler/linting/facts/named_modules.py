"""Find the modules that a profile names, and what they import, without importing any."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from assembler.diagnostics.diagnostic import Place, Related, Span
from assembler.diagnostics.faults import StepFault
from assembler.references.reference import parse_reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from assembler.document.nodes import ScalarNode
    from assembler.linting.facts.lint_facts import ProfileFacts
    from assembler.modules.import_scan import Import
    from assembler.modules.static_module import StaticModule

__all__ = [
    "ModuleUse",
    "NamedModule",
    "find_use",
    "iter_named_modules",
    "parse_modules",
    "render_chain",
]

Chain = tuple[tuple["StaticModule", "Import"], ...]


class NamedModule(NamedTuple):
    """A module that a profile names."""

    name: str
    place: Place


class ModuleUse(NamedTuple):
    """A module that is imported by what a profile names."""

    module: str
    named: NamedModule
    chain: Chain  # the imports that lead to it, of modules of the project


def iter_named_modules(facts: ProfileFacts) -> Iterator[NamedModule]:
    """Iterate over the modules of the objects that the app and every step that may run name."""
    nodes = (one.node for one in facts.named_objects if not one.is_server)
    yield from parse_modules(nodes)


def find_use(facts: ProfileFacts, wanted: tuple[str, ...]) -> ModuleUse | None:
    """Return the first import of one of ``wanted`` by what the profile names, at any distance.

    Imports inside functions count. Only modules of the project are looked into; one that the
    profile names itself counts wherever it is.
    """
    for named in iter_named_modules(facts):
        found = facts.modules.find_import(named.name, wanted)
        if found is not None:
            return ModuleUse(found[0], named, found[1])
    return None


def parse_modules(texts: Iterable[ScalarNode]) -> Iterator[NamedModule]:
    """Iterate over the module of each value that is an object reference."""
    for node in texts:
        try:
            yield NamedModule(parse_reference(node.text).module, node.place)
        except StepFault:  # which is said where its form is checked
            continue


def render_chain(imports: Iterable[tuple[StaticModule, Import]]) -> tuple[Related, ...]:
    """Return the place of each import."""
    return tuple(
        Related(
            _build_place(module.file or module.name, one.line),
            f"'{module.name}' imports '{one.module}' here",
        )
        for module, one in imports
    )


def _build_place(file: str, line: int) -> Place:
    path = Path(file)
    shown = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
    return Place(str(shown), Span(line, 1, line, 1))
