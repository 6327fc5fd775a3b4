"""Adopt a factory: read it, watch it once, and draft the profiles of what it does."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import chain, count
from typing import TYPE_CHECKING, Any

from assembler.adopting.actions import SOURCE_ONLY, Action, Leftover
from assembler.adopting.catalogue import use_catalogue
from assembler.adopting.drafting import Draft, draft
from assembler.adopting.glue import Glue
from assembler.adopting.observed import Observed
from assembler.adopting.overlaying import render_profiles
from assembler.adopting.scopes import Names
from assembler.adopting.servers import Served, find_served
from assembler.adopting.survey import Survey, find_factory, survey
from assembler.adopting.watching import Call, watch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from assembler.modules.module_index import ModuleIndex

__all__ = ["Adopted", "Request", "adopt", "build_drafts", "name_profiles"]

UNFIT = re.compile(r"[^A-Za-z0-9.]+")  # for a file's name
LEGEND = (
    "Each step has the line of the factory that it is from. confirmed: the run did the same;",
    "source only: the run did not come there, or had another object;",
    "as watched: it is written as the run had it.",
)


@dataclass(frozen=True, slots=True)
class Request:
    """What is adopted, and how."""

    call: Call
    root: Path  # the project's folder
    folder: Path  # where the profiles go
    glue_module: str | None = None


@dataclass(slots=True)
class Adopted:
    """The texts of the profiles by their names, and what of the factory is not in them."""

    files: dict[str, str] = field(default_factory=dict)
    glue: str | None = None
    observed: Observed = field(default_factory=Observed)
    drafts: dict[str, Draft] = field(default_factory=dict)
    surveys: dict[str, Survey] = field(default_factory=dict)
    given: dict[str, object] = field(default_factory=dict)  # what the factory was called with


def adopt(index: ModuleIndex, request: Request, tell: Callable[[str], object] = str) -> Adopted:
    """Return the profiles of a factory; runs it once, in a process of its own.

    Args:
        index: Where the project's modules are.
        request: What is adopted.
        tell: Is given what is being done, as soon as it begins.

    Raises:
        ProfileError: if the reference names nothing, or the factory's source cannot be read.
    """
    tell(f"reading {request.call.factory}")
    names = Names(index, Observed())
    factory = find_factory(names, request.call.factory)
    given = dict(zip(factory.parameters, request.call.args, strict=False))
    given |= dict(request.call.options)
    first = survey(names, factory, request.folder, given)
    questions = set().union(*(one.questions for one in first))
    functions = set().union(*(one.functions for one in first))
    tell(f"calling {request.call.factory}")
    observed = watch(request.call, functions, questions, index.folders)
    tell("writing profiles")
    names = Names(index, observed)
    adopted = Adopted(observed=observed, given=given)
    served = find_served(names, observed, request.root)
    glue = Glue(request.glue_module) if request.glue_module else None
    surveys = _drop_same(survey(names, factory, request.folder, given))
    adopted.surveys = name_profiles(surveys)
    adopted.drafts = build_drafts(index, adopted.surveys, served, glue)
    _add_migrations(adopted)
    _describe(adopted, request)
    adopted.files = render_profiles(adopted.drafts)
    adopted.glue = glue.render() if glue is not None and glue.blocks else None
    return adopted


def _drop_same(surveys: list[Survey]) -> list[Survey]:
    """Leave out a variant that does what an earlier one does."""
    kept: list[Survey] = []
    for one in surveys:
        facts = [_get_facts(action) for action in one.actions]
        if all(facts != [_get_facts(action) for action in other.actions] for other in kept):
            kept.append(one)
    return kept


def _get_facts(action: Action | Leftover) -> tuple[Any, ...]:
    if isinstance(action, Leftover):
        return (action.line, str(action.when))
    return (action.use, action.options, action.init, action.adapter, str(action.when))


def build_drafts(
    index: ModuleIndex, surveys: Mapping[str, Survey], served: Served, glue: Glue | None
) -> dict[str, Draft]:
    """Return the profile of each variant, by its name."""
    drafts = {}
    for name, one in surveys.items():
        for action in one.actions:
            if isinstance(action, Action):
                use_catalogue(index, action)
        found = draft(one.actions, glue.move if glue is not None else lambda _left: None)
        found.patches, found.server = list(served.patches), dict(served.server)
        found.comments = list(served.comments)
        if one.variant.name:
            found.description = f"As {one.variant.said} makes the app."
        drafts[name] = found
    return drafts


def name_profiles(surveys: Iterable[Survey]) -> dict[str, Survey]:
    """Return the variants by the names of their profiles, no two of which are the same."""
    named: dict[str, Survey] = {}
    for one in surveys:
        fit = UNFIT.sub("-", one.variant.name)
        stem = f"web-{fit}" if fit else "web"
        names = chain([stem], (f"{stem}-{number}" for number in count(2)))
        named[next(f"{name}.yaml" for name in names if f"{name}.yaml" not in named)] = one
    return named


def _add_migrations(adopted: Adopted) -> None:
    """Add the profile of Flask-Migrate's commands, where the app has them."""
    web = adopted.drafts["web.yaml"]
    steps = [one for one in web.extensions if isinstance(one, Action)]
    is_kept = {"database", "migrate"}
    kept = [replace(one) for one in steps if one.use in is_kept]
    if not any(one.use == "migrate" for one in kept):
        return
    models = [Action("extension", "imports", options={"modules": list(adopted.observed.models)})]
    if models[0].options["modules"]:
        models[0].file, models[0].line, models[0].mark = kept[-1].file, kept[-1].line, "as watched"
        kept += models
    found = Draft("migrations", "Brings the database to head.", web.app)
    found.config, found.extensions = web.config, list(kept)
    adopted.drafts["migrations.yaml"] = found


def _describe(adopted: Adopted, request: Request) -> None:
    for name, one in adopted.drafts.items():
        head = [f"Adopted from {request.call.factory}.", *LEGEND]
        if name in adopted.surveys:
            silent = adopted.surveys[name].silent
            lines = ", ".join(sorted({str(line) for _, line in silent}, key=int))
            head += [f"Left out, since they only log: lines {lines}."] if lines else []
            path = adopted.observed.health
            head += (
                [f"A reload may ask its route: `server: {{canary: {{path: {path}}}}}`."]
                if path
                else []
            )
        if adopted.observed.failure:
            head.append(f"The run failed, so that nothing after it is confirmed ({SOURCE_ONLY}).")
        one.comments = [*head, *one.comments]
