"""Test which scheduled tasks are found that no worker of the app knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.linting import lint_files, render_found

if TYPE_CHECKING:
    from pathlib import Path

RULE = "task-not-imported"
HEAD = "version: 1\napp: {with: {import_name: project}}\n"
TASK = "from celery import shared_task\n\n\n@shared_task\ndef clean(): ...\n"
MODULES = {"jobs.py": TASK, "mails.py": "import jobs\n", "other.py": "", "project.py": ""}


def lint(
    folder: Path, task: str, *includes: str, modules: dict[str, str] | None = None
) -> list[str]:
    """Lint a schedule with one task, beside a worker for each of ``includes``."""
    entry = f"{{task: {task}, every_seconds: 1}}"
    files = {"beat.yaml": f"{HEAD}role: beat\n{build_step(f'beat_schedule: {{a: {entry}}}')}"}
    for number, include in enumerate(includes):
        files[f"worker{number}.yaml"] = f"{HEAD}role: worker\n{build_step(f'include: {include}')}"
    return render_found(lint_files(folder, {**MODULES, **(modules or {}), **files}, RULE))


def build_step(option: str) -> str:
    """Return the extensions of a profile: Celery with one more option."""
    return f"extensions: [{{use: celery, with: {{broker_url: 'memory://', {option}}}}}]\n"


def test_a_task_that_no_worker_imports_is_found(tmp_path: Path) -> None:
    """Beat would send it, and nobody would carry it out."""
    assert lint(tmp_path, "jobs.clean", "[other]", "[project]") == [
        "beat.yaml:4:86 no worker imports the task 'jobs.clean'"
    ]


def test_a_misspelt_task_is_found(tmp_path: Path) -> None:
    """Where the module certainly defines no such name."""
    assert lint(tmp_path, "jobs.claen", "[jobs]") == ["beat.yaml:4:86 jobs has no task 'claen'"]


def test_what_is_known_or_uncertain_is_left_alone(tmp_path: Path) -> None:
    """Imported by one worker, or in its turn; of no module of the project; or computed."""
    assert lint(tmp_path / "one", "jobs.clean", "[other]", "[jobs]") == []
    assert lint(tmp_path / "turn", "jobs.clean", "[mails]") == []
    assert lint(tmp_path / "named", "nightly", "[other]") == []
    assert lint(tmp_path / "elsewhere", "celery.backend_cleanup", "[other]") == []
    assert lint(tmp_path / "unknown", "jobs.clean", "{$config: TASKS}") == []
    assert lint(tmp_path / "without", "jobs.clean") == []
    dynamic = {"mails.py": "import importlib\nimportlib.import_module(__name__[:0] + 'jobs')\n"}
    assert lint(tmp_path / "computed", "jobs.clean", "[mails]", modules=dynamic) == []
