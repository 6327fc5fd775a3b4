"""Summarize a profile for the rules that compare profiles."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from assembler.database.url import URI_KEY
from assembler.diagnostics.diagnostic import Span
from assembler.document.nodes import MappingNode, ScalarNode, SequenceNode, find_text
from assembler.linting.facts.celery_tasks import find_scheduled, find_task_modules
from assembler.linting.facts.profile_summary import ProfileSummary, Said, build_said
from assembler.planning.plan import Decision
from assembler.references.reference import is_catalog_name
from assembler.references.reference_forms import NAMES_OBJECT, iter_references

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.document.nodes import Node
    from assembler.language.profile import Profile, Step
    from assembler.linting.facts.lint_facts import ProfileFacts
    from assembler.planning.plan import PlannedStep

__all__ = ["build_summary"]

BROKER_KEYS = ("CELERY_BROKER_URL", "BROKER_URL")
COMPARED = frozenset({URI_KEY, *BROKER_KEYS, "CELERY"})
START = Span()  # one for all, as the next
UNKNOWN = Said("")  # one for all: a place that is not shown need not be kept
# Sources that hold their own values, or those of the caller.
OWN_SOURCES = frozenset({"values", "argument"})
MODEL_STEPS = frozenset({"imports", "database", "migrate"})
# A module with one of these in its name is imported for what it registers.
MODEL_WORDS = frozenset({"model", "models", "entities", "orm", "tables"})


def build_summary(facts: ProfileFacts) -> ProfileSummary:
    """Return what rules compare of a profile, as it is written."""
    profile = facts.profile
    path = profile.composed.path
    base = ProfileSummary(
        path=path,
        name=profile.name,
        role_span=_find_role_span(profile),
        role=profile.role,
        bases=tuple(map(os.path.realpath, list(profile.composed.files.values())[:-1])),
    )
    if profile.role == "test":
        return base
    config = _read_config(facts)
    models = (_leave_out(path, said) for said in _iter_models(facts))
    return base._replace(
        app=_find_app(facts),
        database=_leave_out(path, _find_database(facts, config)),
        broker=_leave_out(path, _find_broker(facts, config)),
        models=tuple(said for said in models if said is not None),
        migrations=_leave_out(path, facts.migrations),
        has_database="database" in facts.due_by_use,
        code_files=_find_code_files(facts) if profile.role == "migrations" else (),
        scheduled=tuple(find_scheduled(facts)) if profile.role == "beat" else (),
        task_modules=find_task_modules(facts) if profile.role == "worker" else None,
    )


def _leave_out(path: str, said: Said | None) -> Said | None:
    """Return ``said`` without the profile's own path, so that equal profiles have equal parts."""
    return said._replace(path=None) if said is not None and said.path == path else said


def _find_role_span(profile: Profile) -> Span:
    """Return where the file sets the role, or its start if it does not."""
    node = profile.node.get("role")
    is_own = node is not None and node.path == profile.composed.path
    return node.place.span if node is not None and is_own else START


def _find_app(facts: ProfileFacts) -> str | None:
    app = facts.profile.app
    name = find_text(app.options.get("import_name"))
    if name is not None:
        return name
    if "use" in app.node.entries and app.use != "flask:Flask":
        return app.use.partition(":")[0]
    return facts.policy.settings.package


class _Config(NamedTuple):
    """The compared keys that `values` sources set, and whether other sources may set more."""

    said: dict[str, Said | MappingNode]
    unseen: Said | None

    def find(self, key: str) -> Said | None:
        """Return the last value of ``key``; unknown if another source may set it."""
        said = self.said.get(key, self.unseen)
        return UNKNOWN if isinstance(said, MappingNode) else said


def _read_config(facts: ProfileFacts) -> _Config:
    said: dict[str, Said | MappingNode] = {}
    unseen: Said | None = None
    for one in facts.plan.config:
        step = one.step
        if step.use == "values":
            entries = step.options.entries
            for key in COMPARED.intersection(entries):
                node = entries[key].value
                if _is_certain(step):
                    said[key] = node if isinstance(node, MappingNode) else _read_text(node)
                elif _is_possible(one):
                    said[key] = UNKNOWN
        elif step.use not in OWN_SOURCES and _is_possible(one):
            unseen = UNKNOWN
    return _Config(said, unseen)


def _find_database(facts: ProfileFacts, config: _Config) -> Said | None:
    planned = facts.due_by_use.get("database")
    url = None if planned is None else planned.step.options.get("url")
    return config.find(URI_KEY) if url is None else _read_text(url)


def _find_broker(facts: ProfileFacts, config: _Config) -> Said | None:
    planned = facts.due_by_use.get("celery")
    option = None if planned is None else planned.step.options.get("broker_url")
    if option is not None:
        return _read_text(option)
    celery = config.said.get("CELERY")
    url = celery.get("broker_url") if isinstance(celery, MappingNode) else None
    if url is not None:
        return _read_text(url)
    said = [one for key in BROKER_KEYS if (one := config.find(key)) is not None]
    return next((one for one in said if one.text), said[0] if said else None)


def _read_text(node: Node) -> Said:
    """Return a string as written, before interpolation."""
    if isinstance(node, ScalarNode) and isinstance(node.value, str):
        return build_said(node.written or node.text, node.place)
    return UNKNOWN


def _is_certain(step: Step) -> bool:
    return step.node.get("when") is None


def _is_possible(planned: PlannedStep) -> bool:
    """Return whether the step may run in some environment."""
    when = planned.step.node.get("when")
    return not (isinstance(when, ScalarNode) and when.value is False and when.written is None)


def _iter_models(facts: ProfileFacts) -> Iterator[Said]:
    """Yield the modules with models; of migrations all that may be some."""
    if "database" not in facts.due_by_use:
        return
    is_web = facts.profile.role == "web"
    for planned in facts.due:
        step = planned.step
        if step.use not in MODEL_STEPS:
            continue
        if is_web and not (planned.decision is Decision.RUNS and _is_certain(step)):
            continue
        if step.use == "imports":
            for said in _read_modules(step):
                if is_web:
                    yield from (said,) if _is_of_models(said.text) else ()
                else:
                    yield from _iter_imported(facts, said)
        else:
            db = step.options.get("db")
            target = db.get("$import") if isinstance(db, MappingNode) else None
            if target is not None:
                yield _read_module(target)


def _iter_imported(facts: ProfileFacts, said: Said) -> Iterator[Said]:
    """Yield a module, and those with models that it imports."""
    yield said
    for imported in facts.modules.iter_imported(said.text):
        if imported.chain and _is_of_models(imported.name):
            yield said._replace(text=imported.name)


def _is_of_models(module: str) -> bool:
    return not MODEL_WORDS.isdisjoint(module.split("."))


def _read_modules(step: Step) -> list[Said]:
    """Return the modules of a step `imports`."""
    modules = step.options.get("modules")
    return (
        [_read_module(item) for item in modules.items] if isinstance(modules, SequenceNode) else []
    )


def _read_module(node: Node) -> Said:
    said = _read_text(node)
    return said._replace(text=said.text.partition(":")[0])


def _is_seen_through(facts: ProfileFacts, step: Step) -> bool:
    """Return whether it is known what the modules of a step `imports` import in their turn."""
    index = facts.modules
    names = [said.text for said in _read_modules(step)]
    return all(index.is_project_module(name) and index.is_settled(name) for name in names)


def _find_code_files(facts: ProfileFacts) -> tuple[str, ...]:
    """Return the files whose extensions name code of the project: it may import models."""
    nodes: list[Node] = []
    for planned in facts.due:
        step = planned.step
        if not is_catalog_name(step.use):
            nodes.append(step.node)
        for options in (step.options, step.init):
            nodes += [
                reference
                for reference in iter_references(options)
                if not NAMES_OBJECT.isdisjoint(reference.entries)
            ]
        if step.use == "imports" and not _is_seen_through(facts, step):
            nodes.append(step.options)
    files = facts.profile.composed.files
    named = {os.path.realpath(files[node.path]) for node in nodes if node.path in files}
    return tuple(sorted(named))
