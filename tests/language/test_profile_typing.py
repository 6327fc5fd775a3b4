"""Test that all that is wrong with the shape of a profile is reported at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assembler.diagnostics.diagnostic import Collector
from assembler.language.composition import compose_profile
from assembler.language.profile_typing import validate_profile

if TYPE_CHECKING:
    from pathlib import Path


def validate(folder: Path, text: str, env: dict[str, str] | None = None) -> list[str]:
    """Return the line and the name of each finding; without ``env`` no variable is known."""
    file = folder / "web.yaml"
    file.write_text(text, "utf-8")
    found = Collector()
    composed = compose_profile(file, found)
    assert composed is not None
    assert validate_profile(composed, env, found) is not None
    return [f"{one.place.span.line} {one.name}" for one in found.found]


def test_setting_of_the_server_is_not_taken_for_a_key_like_it(tmp_path: Path) -> None:
    """`timeout` is gunicorn's, and no misspelt `boot_timeout`."""
    file = tmp_path / "web.yaml"
    file.write_text("version: 1\nserver: {timeout: 30, boot_timeut: 5}\n", "utf-8")
    found = Collector()
    composed = compose_profile(file, found)
    assert composed is not None
    validate_profile(composed, {}, found)

    assert {one.message: one.hint for one in found.found} == {
        'unknown key "timeout"': "Write it below `with`, which has the server's own settings.",
        'unknown key "boot_timeut"': "Did you mean 'boot_timeout'?",
    }


@pytest.mark.parametrize(
    "wrong",
    [
        "server: {bind: ['']}",
        "server: {bind: ''}",
        "extensions: [[a]]",
        "extensions: [{use: health, after: [1]}]",
        "app: [a]",
        "role: 5",
    ],
)
def test_rest_of_a_wrong_profile_is_typed(tmp_path: Path, wrong: str) -> None:
    """What is left of a list of which all is wrong is not wrong because of that."""
    found = validate(tmp_path, f"version: 2\n{wrong}\nconfig: [{{use: env, when: maybe}}]\n")

    assert len(found) == 3
    assert found[0].startswith("2 ")
    assert found[1:] == ["1 unknown-version", "3 bad-condition"]


def test_step_that_loses_its_use_lacks_none(tmp_path: Path) -> None:
    """One finding for one mistake."""
    assert validate(tmp_path, "version: 1\nextensions: [{use: 5}]\n") == ["2 wrong-type"]
    assert validate(tmp_path, "version: 1\nextensions: [{name: a}]\n") == ["2 missing-key"]


def test_unknown_key_is_reported_whatever_its_value(tmp_path: Path) -> None:
    """What a variable or a reference gives is not known, and the key is wrong all the same."""
    text = "version: 1\nserver: {wokers: '${N}'}\nconfig: [{use: values, A: {$import: a}}]\n"

    assert sorted(validate(tmp_path, text)) == ["2 unknown-key", "3 unknown-key"]
