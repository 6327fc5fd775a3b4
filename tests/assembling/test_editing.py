"""Editing the YAML alone adds, removes and reorders extensions: no Python is touched."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.app_variants import APPS
from tests.support.building import build_elsewhere
from tests.support.processes import ROOT, run_cli
from tests.support.sameness import ABSENT, find_differences

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.sameness import Difference

FRONT = """\
  - use: big28.controllers.web:front
    as: add_url_rule
    with: {rule: /front, endpoint: second_front}
"""
PROFILES = APPS / "profiles"
ASKED = [{"request": f"GET {path}"} for path in ("/openapi.json", "/front", "/health")]


class Editor:
    """A copy of the profiles of `big28`, in a folder of its own, to be edited as text."""

    def __init__(self, folder: Path, storage: Path, before: dict[str, Any]) -> None:
        """Copy the profiles; ``before`` is what they made as they were."""
        self.folder, self.storage, self.before, self.after = folder, storage, before, before
        for file in PROFILES.glob("big28_*.yaml"):
            shutil.copy(file, folder)

    def replace(self, old: str, new: str) -> None:
        """Replace one piece of the web profile's text."""
        file = self.folder / "big28_web.yaml"
        text = file.read_text("utf-8")
        assert text.count(old) == 1, old
        file.write_text(text.replace(old, new), "utf-8")

    def build(self, profile: str = "big28_web.yaml") -> dict[str, Any]:
        """Assemble a profile as it is now, in a process of its own."""
        return build_in(self.folder, self.storage, profile)

    def compare(self) -> list[Difference]:
        """Assemble the web profile as it is now, and say what differs from how it was."""
        self.after = self.build()
        return find_differences(self.before["description"], self.after["description"])


def build_in(folder: Path, storage: Path, profile: str = "big28_web.yaml") -> dict[str, Any]:
    """Assemble a profile of that folder in a process of its own."""
    env = {"BIG28_STORAGE_PATH": str(storage)}
    order = {"profile": profile, "env": env, "conversation": ASKED}
    (built,) = build_elsewhere([order], folder, modules=APPS)
    return built


@pytest.fixture(scope="module")
def storage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder that all of the apps write to."""
    return tmp_path_factory.mktemp("storage")


@pytest.fixture(scope="module")
def before(storage: Path) -> dict[str, Any]:
    """Assemble the profile as it is."""
    return build_in(PROFILES, storage)


@pytest.fixture
def editor(tmp_path: Path, storage: Path, before: dict[str, Any]) -> Editor:
    """Return a copy of the profiles, and what they made."""
    return Editor(tmp_path, storage, before)


def list_steps(built: dict[str, Any]) -> list[str]:
    """List the extensions that ran, in their order."""
    steps = built["report"]["steps"]
    return [
        step["name"] for step in steps if step["kind"] == "extension" and step["outcome"] == "done"
    ]


def list_statuses(built: dict[str, Any]) -> list[int]:
    """List the status of each answer."""
    return [int(answer["status"].split()[0]) for answer in built["answers"]]


def test_a_line_taken_out_removes_an_extension(editor: Editor) -> None:
    """Its rule, its view and its entry are gone, and nothing else is."""
    editor.replace("  - big28.ext_openapi\n", "")

    found = editor.compare()

    assert [(one.path, one.right) for one in found] == [
        ("url_map.rules[]", ABSENT),
        ("views.openapi", ABSENT),
        ("extensions[]", ABSENT),
    ]
    assert list_statuses(editor.before) == [200, 404, 200]
    assert list_statuses(editor.after) == [404, 404, 200]


def test_lines_put_in_add_extensions(editor: Editor) -> None:
    """One of the project's own objects, and a name of the catalogue."""
    editor.replace(
        "  - big28.ext_commands\n",
        f"{FRONT}  - use: proxy_fix\n    with: {{x_prefix: 1}}\n  - big28.ext_commands\n",
    )

    found = editor.compare()

    paths = {one.path.split(".")[0] for one in found}
    assert paths == {"url_map", "views", "wsgi"}
    assert list_statuses(editor.after) == [200, 200, 200]
    added = ["big28.controllers.web:front", "proxy_fix"]
    steps = list_steps(editor.after)
    position = steps.index("big28.ext_blueprints") + 1
    assert steps[position : position + 3] == [*added, "big28.ext_commands"]
    assert [step for step in steps if step not in added] == list_steps(editor.before)


def test_lines_moved_reorder_extensions(editor: Editor) -> None:
    """Flask runs what the step registered in its new order."""
    moved = "  - use: big28.ext_app_metrics\n    after: [big28.ext_database]\n"
    editor.replace(moved, "")
    editor.replace("  - big28.ext_mail\n", "  - big28.ext_app_metrics\n  - big28.ext_mail\n")

    found = editor.compare()

    hooks = "hooks.after_request_funcs.(app)"
    assert {one.path.split("[")[0].split(".")[0] for one in found} <= {"hooks", "url_map", "views"}
    signed, cookies = (
        next(index for index, hook in enumerate(get_hooks(editor.before)) if name in str(hook))
        for name in ("sign", "_update_remember_cookie")
    )
    assert (signed, cookies) == (1, 2)
    assert [one.path for one in found if one.path.startswith(hooks)]
    assert "sign" in str(get_hooks(editor.after)[2])
    steps = list_steps(editor.after)
    assert sorted(steps) == sorted(list_steps(editor.before))
    assert steps.index("big28.ext_app_metrics") == steps.index("big28.ext_login") + 1


def get_hooks(built: dict[str, Any]) -> list[Any]:
    """Return the app's functions that run after a request."""
    hooks: list[Any] = built["description"]["hooks"]["after_request_funcs"]["(app)"]
    return hooks


def test_a_line_in_the_overlay_turns_off_a_step_of_the_base(editor: Editor) -> None:
    """The other profile of that base still has it."""
    editor.replace("extensions:\n", "extensions:\n  - {name: big28.ext_migrate, when: false}\n")

    found = editor.compare()

    assert [(one.path, one.right) for one in found] == [
        ("commands.db", ABSENT),
        ("extensions[]", ABSENT),
        ("logging.process.alembic", ABSENT),  # not even imported
    ]
    skipped = {
        step["name"]: step["reason"]
        for step in editor.after["report"]["steps"]
        if step["outcome"] == "skipped"
    }
    assert skipped["big28.ext_migrate"] == "when: false"
    migrations = editor.build("big28_migrations.yaml")
    assert list_steps(migrations) == ["big28.ext_database", "big28.ext_migrate"]


def test_an_order_that_the_app_cannot_have_is_refused_at_its_line(editor: Editor) -> None:
    """With what the step itself said."""
    editor.replace(
        "  - big28.ext_redis\n  - big28.ext_storage\n",
        "  - big28.ext_storage\n  - big28.ext_redis\n",
    )

    done = run_cli(
        ["-m", "assembler", "flask", "big28_web.yaml", "routes"],
        editor.folder,
        {"PYTHONPATH": os.pathsep.join([str(ROOT), str(APPS)])},
    )

    assert done.returncode == 1
    text = (editor.folder / "big28_web.yaml").read_text("utf-8")
    line = text.splitlines().index("  - big28.ext_storage") + 1
    (said,) = [one for one in done.stderr.splitlines() if "error[" in one]
    assert said.startswith(f"big28_web.yaml:{line}:5: error[")
    assert "storage came before redis" in said


def test_a_constraint_is_checked_before_anything_is_executed(editor: Editor) -> None:
    """A step that says what must stand before it cannot be moved there by mistake."""
    editor.replace("  - big28.ext_redis\n", "")
    editor.replace(
        "  - big28.ext_commands\n",
        "  - big28.ext_commands\n  - {use: big28.ext_redis, before: [big28.ext_storage]}\n",
    )

    assert editor.compare() == []
    editor.replace("before: [big28.ext_storage]", "before: [big28.ext_strage]")
    done = run_cli(["-m", "assembler", "plan", "big28_web.yaml"], editor.folder)

    assert done.returncode == 1
    assert "'big28.ext_strage'" in done.stderr
    assert "Did you mean 'big28.ext_storage'?" in done.stderr
