"""What a condition asks of the config, at the time when its step is reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.projects import assemble_text

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask


def assemble(folder: Path, when: str, config: str = "") -> Flask:
    """Assemble a step that asks ``when``."""
    text = f"config: [{config}]\nextensions: [{{use: proxy_fix, when: {when}}}]\n"
    return assemble_text(folder, text, {"project.py": "def load():\n    return {'A': {'b': 1}}\n"})


def list_warnings(app: Flask) -> list[str]:
    """Return what the report warns of."""
    return [note for note in app.extensions["assembler"].notes if "ASM617" in note]


def is_done(app: Flask) -> bool:
    """Return whether the step was carried out."""
    return bool(app.extensions["assembler"].steps[-1].outcome == "done")


@pytest.mark.parametrize("when", ["{$config: NOTHING}", "{$config: A.c}", "{$config: A.b.c}"])
def test_key_that_nothing_set_is_a_warning_at_start(tmp_path: Path, when: str) -> None:
    """The step is skipped, as ever."""
    app = assemble(tmp_path, when, "'project:load'")

    (warning,) = list_warnings(app)
    assert "so this is false [unset-config-key]" in warning
    assert not is_done(app)


@pytest.mark.parametrize(
    ("when", "holds"),
    [
        ("{$config: A.b}", True),
        ("{$config: A.c, default: false}", False),
        ("{$config: A.c, default: true}", True),
        ("{$config: A.c, default: '${X:-yes}'}", True),
        ("{equals: [{$config: A.c, default: dev}, dev]}", True),
        ("{equals: [{$config: A.b}, 1]}", True),
        ("{$config: TESTING}", False),
    ],
)
def test_path_and_default_of_a_condition(tmp_path: Path, when: str, holds: bool) -> None:  # noqa: FBT001 - a table
    """Neither is a warning."""
    app = assemble(tmp_path, when, "'project:load'")

    assert (is_done(app), list_warnings(app)) == (holds, [])


def test_key_of_a_skipped_source_is_no_warning(tmp_path: Path) -> None:
    """A source sets it, somewhere else."""
    source = "{use: values, when: false, with: {SEARCH_URL: x, S: {a: 1}}}"

    assert list_warnings(assemble(tmp_path, "{$config: SEARCH_URL}", source)) == []
    assert list_warnings(assemble(tmp_path, "{$config: S.a}", source)) == []
    assert len(list_warnings(assemble(tmp_path, "{$config: S.b}", source))) == 1
