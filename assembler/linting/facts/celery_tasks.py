"""Find the tasks that beat sends, and the modules that a worker imports for theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.faults import StepFault
from assembler.document.nodes import MappingNode, Node, SequenceNode, find_text
from assembler.linting.facts.profile_summary import ScheduledTask, build_said

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.linting.facts.profile_view import ProfileView

__all__ = ["find_scheduled", "find_task_modules"]


def find_scheduled(view: ProfileView) -> Iterator[ScheduledTask]:
    """Yield the scheduled tasks whose names say a module of the project that there is."""
    schedule = _find_option(view, "beat_schedule")
    for entry in schedule.entries.values() if isinstance(schedule, MappingNode) else ():
        node = entry.value.get("task") if isinstance(entry.value, MappingNode) else None
        name = find_text(node)
        if node is None or name is None:
            continue
        module, _, function = name.rpartition(".")
        if not module or not view.modules.is_project_module(module):
            continue
        found = view.modules.find_module(module)
        if found is None or found.is_opaque:
            continue
        said = build_said(name, node.place)
        yield ScheduledTask(said, module, _is_missing(view, module, function))


def _is_missing(view: ProfileView, module: str, function: str) -> bool:
    try:
        view.modules.resolve(f"{module}:{function}")
    except StepFault:
        return True
    return False


def find_task_modules(view: ProfileView) -> frozenset[str] | None:
    """Return the modules that a worker imports for its tasks, and those that they import."""
    include = _find_option(view, "include")
    if not isinstance(include, SequenceNode):
        return None
    found: set[str] = set()
    for name in map(find_text, include.items):
        if name is None or not view.modules.is_project_module(name):
            return None
        for imported in view.modules.iter_imported(name):
            found.add(imported.name)
            is_own = view.modules.is_project_module(imported.name)
            if is_own and not view.modules.is_settled(imported.name):
                return None
    return frozenset(found)


def _find_option(view: ProfileView, name: str) -> Node | None:
    planned = view.due_by_use.get("celery")
    return None if planned is None else planned.step.options.get(name)
