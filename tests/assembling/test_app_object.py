"""Flask's own flags among the options of the app."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assembler import create_app
from assembler.diagnostics.diagnostic import ProfileError
from tests.support.projects import in_folder, write_files

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask


def make(folder: Path, option: str, env: dict[str, str]) -> Flask:
    """Make an app with one more option."""
    text = f"version: 1\napp: {{with: {{import_name: project, {option}}}}}\n"
    write_files(folder, {"web.yaml": text, "project.py": ""})
    with in_folder(folder):
        return create_app("web.yaml", env=env)


@pytest.mark.parametrize(
    ("option", "env", "expected"),
    [
        ("subdomain_matching: '${X:-false}'", {}, False),
        ("subdomain_matching: '${X}'", {"X": "off"}, False),
        ("subdomain_matching: true", {}, True),
    ],
)
def test_flag_of_flask_is_read_from_its_string(
    tmp_path: Path,
    option: str,
    env: dict[str, str],
    expected: bool,  # noqa: FBT001 - a table
) -> None:
    """Any string that is not empty would be true."""
    assert make(tmp_path, option, env).subdomain_matching is expected


def test_flag_of_flask_that_is_no_flag_is_refused(tmp_path: Path) -> None:
    """At the option."""
    with pytest.raises(ProfileError) as caught:
        make(tmp_path, "host_matching: '${X}'", {"X": "perhaps"})

    (found,) = caught.value.diagnostics
    assert (found.name, found.hint) == ("wrong-option", "Write true or false.")
    assert found.message.startswith("host_matching: expected true or false")
