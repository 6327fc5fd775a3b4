"""Warn about a module that is loaded before the patches and keeps what they replace."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assembler.diagnostics.codes import IMPORTED_BEFORE_PATCHES
from assembler.document.nodes import ScalarNode
from assembler.linting.facts.named_modules import NamedModule, parse_modules, render_chain
from assembler.linting.rules.form import Rule
from assembler.modules.kept_objects import find_kept
from assembler.planning.plan import Decision
from assembler.planning.step_forms import LOOKUPS
from assembler.references.reference import is_catalog_name
from assembler.references.reference_forms import iter_references

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import ProfileFacts
    from assembler.modules.kept_objects import Kept

__all__ = ["RULE", "check_early_imports"]

# Where a `wsgi.py` has assembler patch: what it imports above is loaded before.
LOADS_APP = rb"(?m)^.*(?:\b(?:load|create)_app\(|\bassembler\.wsgi\b)"


def check_early_imports(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report each module that is imported before the patches and keeps what they replace."""
    if not facts.is_patched("gevent"):
        return
    gevent = next(one.step for one in facts.plan.patches if one.step.use == "gevent")
    if gevent.options.entries:  # which may leave out what is kept
        return
    for named in _iter_early(facts):
        kept = next(find_kept(facts.modules, named.name), None)
        if kept is not None:
            yield _build(named, kept, "")
    kept = _find_in_wsgi(facts)
    if kept is not None:
        yield _build(NamedModule("wsgi", gevent.place), kept, " by the `flask` command")


def _iter_early(facts: ProfileFacts) -> Iterator[NamedModule]:
    options = facts.profile.server.options
    if options.entries:
        references = (one.get("$import") for one in iter_references(options))
        yield from parse_modules(one for one in references if isinstance(one, ScalarNode))
    for planned in facts.plan.steps:
        use = planned.step.use
        if planned.decision is Decision.SKIPPED or not is_catalog_name(use):
            continue
        entry = LOOKUPS[planned.kind][0].find_entry(use)
        if entry is not None:
            yield NamedModule(entry.module, planned.step.place)


def _find_in_wsgi(facts: ProfileFacts) -> Kept | None:
    """Find what a `wsgi.py` that names the profile imports before it asks for the app."""
    module = facts.modules.find_module("wsgi")
    if module is None or facts.profile.file.name.encode() not in module.source:
        return None
    if b"assembler" not in module.source:
        return None
    call = re.search(LOADS_APP, module.source)
    if call is None:
        return None
    line = module.source.count(b"\n", 0, call.start()) + 1
    for kept in find_kept(facts.modules, "wsgi"):
        if kept.chain and kept.chain[0][1].line < line:
            return kept
    return None


def _build(named: NamedModule, kept: Kept, who: str) -> Diagnostic:
    loads = "" if kept.module == named.name else f" loads '{kept.module}', which"
    return IMPORTED_BEFORE_PATCHES.at(
        named.place,
        f"'{named.name}' is imported before the patches{who}, and{loads} keeps an unpatched "
        f"{kept.keeps}",
        hint=_render_hint(kept),
        related=render_chain(kept.chain),
    )


def _render_hint(kept: Kept) -> str:
    if kept.is_object:
        return f"Create it inside the function of '{kept.module}' that uses it."
    if not kept.chain:
        return f"Name something that does not load '{kept.module}'."
    module, one = kept.chain[-1]
    if kept.module == module.name:
        return f"Write `import {one.module}` there, and `{kept.keeps}` where it is used."
    return f"Import '{one.module}' inside the function of '{module.name}' that uses it."


RULE = Rule(IMPORTED_BEFORE_PATCHES, check_profile=check_early_imports)
