"""Find the modules that a profile names, and what they import, without importing any."""

from __future__ import annotations

from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from weakref import WeakKeyDictionary

from assembler.diagnostics.diagnostic import Place, Related, Span
from assembler.diagnostics.faults import StepFault
from assembler.references.reference import parse_reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from assembler.document.nodes import ScalarNode
    from assembler.linting.facts.lint_facts import ProfileFacts
    from assembler.modules.import_scan import Import
    from assembler.modules.module_index import ModuleIndex
    from assembler.modules.objects import StaticObjects
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
Found = tuple[str, Chain]
# What was found for one state of a project's files: its modules are the same for all profiles.
_known: WeakKeyDictionary[StaticObjects, dict[tuple[str, tuple[str, ...]], Found | None]] = (
    WeakKeyDictionary()
)


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
    """Give the modules of the objects that the app and every step that may run are made of."""
    nodes = (one.node for one in facts.named_objects if not one.is_server)
    yield from parse_modules(nodes)


def find_use(facts: ProfileFacts, wanted: tuple[str, ...]) -> ModuleUse | None:
    """Give the first import of one of ``wanted`` by a module that the profile names, or by theirs.

    Imports inside functions count. Only modules of the project are looked into; one that the
    profile names itself counts wherever it is.
    """
    for named in iter_named_modules(facts):
        found = _find_import(facts.modules, named.name, wanted)
        if found is not None:
            return ModuleUse(found[0], named, found[1])
    return None


def parse_modules(texts: Iterable[ScalarNode]) -> Iterator[NamedModule]:
    """Give the module of each text that is an object reference."""
    for node in texts:
        try:
            yield NamedModule(parse_reference(node.text).module, node.place)
        except StepFault:  # which is said where its form is checked
            continue


def render_chain(imports: Iterable[tuple[StaticModule, Import]]) -> tuple[Related, ...]:
    """Give the place of each import."""
    return tuple(
        Related(
            _build_place(module.file or module.name, one.line),
            f"'{module.name}' imports '{one.module}' here",
        )
        for module, one in imports
    )


def _find_import(modules: ModuleIndex, name: str, wanted: tuple[str, ...]) -> Found | None:
    """Give which of ``wanted`` is imported with ``name``, and by which imports."""
    known = _known.setdefault(modules.objects, {})
    if (name, wanted) not in known:
        known[name, wanted] = next(_iter_imports(modules, name, wanted), None)
    return known[name, wanted]


def _iter_imports(modules: ModuleIndex, name: str, wanted: tuple[str, ...]) -> Iterator[Found]:
    parts = name.split(".")
    own = [".".join(parts[:end]) for end in range(1, len(parts) + 1)]
    yield from ((one, ()) for one in wanted if one in own)
    below = ((one.name, one.chain) for one in modules.iter_imported(name))
    for above, imports in chain(((one, ()) for one in own), below):
        if modules.is_project_module(above) and (module := modules.find_module(above)) is not None:
            for one in module.imports:
                target = _find_target(one, wanted)
                if target is not None and not one.is_type_checking:
                    yield target, (*imports, (module, one))


def _find_target(one: Import, wanted: tuple[str, ...]) -> str | None:
    names = (one.module, *(f"{one.module}.{name}" for name in one.names))
    return next(
        (want for want in wanted for name in names if f"{name}.".startswith(f"{want}.")), None
    )


def _build_place(file: str, line: int) -> Place:
    path = Path(file)
    shown = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
    return Place(str(shown), Span(line, 1, line, 1))
