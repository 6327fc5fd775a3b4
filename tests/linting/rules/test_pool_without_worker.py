"""Test which conditions on Celery's pool are found to be never true."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.linting import lint_files, render_found

if TYPE_CHECKING:
    from pathlib import Path

RULE = "pool-without-worker"
WEB = "version: 1\npatches: [{use: gevent, when: {pool: gevent}}]\n"
NEVER = "this is never true: a profile with the role 'web' has no pool"


def lint(folder: Path, files: dict[str, str]) -> list[str]:
    """Lint the profiles of a folder."""
    return render_found(lint_files(folder, files, RULE))


@pytest.mark.parametrize(
    "when", ["{pool: gevent}", "{all: [{pool: gevent}, {debug: false}]}", "{any: [{pool: solo}]}"]
)
def test_condition_that_never_holds_is_found(tmp_path: Path, when: str) -> None:
    """In each list of steps, by the condition's place."""
    text = f"version: 1\npatches: [{{use: gevent, when: {when}}}]\n"
    text += f"config: [{{use: env, when: {when}}}]\n"
    assert lint(tmp_path, {"web.yaml": text}) == [
        f"web.yaml:2:31 {NEVER}",
        f"web.yaml:3:27 {NEVER}",
    ]


@pytest.mark.parametrize(
    "when",
    [
        "{not: {pool: gevent}}",
        "{any: [{pool: gevent}, {debug: false}]}",
        "{all: [{debug: true}, {pool: gevent}]}",
        "false",
    ],
)
def test_condition_that_may_hold_or_is_off_otherwise_is_none(tmp_path: Path, when: str) -> None:
    """Where another part of it decides, that is what its author meant."""
    text = f"version: 1\ndebug: false\npatches: [{{use: gevent, when: {when}}}]\n"
    assert lint(tmp_path, {"web.yaml": text}) == []


@pytest.mark.parametrize(
    "files",
    [
        {"worker.yaml": f"{WEB}role: worker\n"},
        {"web.yaml": WEB, "worker.yaml": "version: 1\nextends: web.yaml\nrole: worker\n"},
        {
            "web.yaml": WEB,
            "jobs/slow.yaml": "version: 1\nextends: ../mid.yaml\nrole: worker\n",
            "mid.yaml": "version: 1\nextends: web.yaml\n",
        },
        {"base.yaml": f"{WEB}abstract: true\n", "web.yaml": "version: 1\nextends: base.yaml\n"},
        {
            "worker.yaml": f"{WEB}role: worker\n",
            "web.yaml": "version: 1\nextends: worker.yaml\nrole: web\n",
        },
    ],
)
def test_worker_may_have_it_from_a_profile_of_another_role(
    tmp_path: Path, files: dict[str, str]
) -> None:
    """At any distance; and what is inherited is its base's business."""
    assert lint(tmp_path, files) == []


def test_profile_of_another_role_that_extends_it_changes_nothing(tmp_path: Path) -> None:
    """Only a worker has a pool."""
    beat = "version: 1\nextends: web.yaml\nrole: beat\n"
    assert lint(tmp_path, {"web.yaml": WEB, "beat.yaml": beat}) == [f"web.yaml:2:31 {NEVER}"]
