"""Find a task that beat sends, and no worker imports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import TASK_NOT_IMPORTED
from assembler.diagnostics.diagnostic import Related
from assembler.linting.rules.form import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import FolderFacts
    from assembler.linting.facts.profile_summary import ProfileSummary

__all__ = ["RULE"]


def check_tasks(facts: FolderFacts) -> Iterator[Diagnostic]:
    """Report each task of a schedule that none of the app's workers can know."""
    for beat in facts.profiles:
        workers = [
            one
            for one in facts.profiles
            if one.role == "worker" and one.app is not None and one.app == beat.app
        ]
        known = [one.task_modules for one in workers if one.task_modules is not None]
        if beat.scheduled and known and len(known) == len(workers):
            yield from _check_schedule(beat, workers, frozenset().union(*known))


def _check_schedule(
    beat: ProfileSummary, workers: list[ProfileSummary], known: frozenset[str]
) -> Iterator[Diagnostic]:
    for task in beat.scheduled:
        if task.module not in known:
            message = f"no worker imports the task '{task.said.text}'"
            hint = f"Add {task.module} to `include` of the step `celery`."
        elif task.is_missing:
            message = f"{task.module} has no task '{task.said.text.rpartition('.')[2]}'"
            hint = "Write the name that the task has there."
        else:
            continue
        yield TASK_NOT_IMPORTED.at(
            beat.place_of(task.said),
            message,
            hint=hint,
            related=(Related(workers[0].role_place, f"'{workers[0].name}' is a worker"),),
        )


RULE = Rule(TASK_NOT_IMPORTED, check_folder=check_tasks)
