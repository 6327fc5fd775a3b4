"""Test that a variable has the same default wherever a profile uses it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.linting import lint_files, lint_profile, render_found

if TYPE_CHECKING:
    from pathlib import Path

RULE = "variable-defaults-differ"


def lint(folder: Path, *lines: str) -> list[str]:
    """Return what is said of a profile whose `values` are ``lines``."""
    values = "".join(f"      {line}\n" for line in lines)
    return lint_profile(folder, f"version: 1\nconfig:\n  - use: values\n    with:\n{values}", RULE)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "B: ${PORT:-8080}",
            '6:10 the default "${PORT:-8080}" of "PORT" differs from the first one',
        ),
        (
            'B: "at ${HOST:-x}:${PORT-8080}"',
            '6:25 the default "${PORT-8080}" of "PORT" differs from the first one',
        ),
        (
            "B: ${OTHER:-${PORT:-8080}}",
            '6:19 the default "${PORT:-8080}" of "PORT" differs from the first one',
        ),
        (
            "B: ${PORT:-${OTHER}}",
            '6:10 the default "${PORT:-${OTHER}}" of "PORT" differs from the first one',
        ),
    ],
)
def test_another_default_is_found(tmp_path: Path, line: str, said: str) -> None:
    """At the variable itself, also inside of a text or of another default."""
    assert lint(tmp_path, "A: ${PORT:-80}", line) == [said]


@pytest.mark.parametrize(
    "line",
    [
        "B: ${PORT-80}",
        "B: ${PORT}",
        "B: ${PORT:-}",
        "B: ${PORT:+8080}",
        "B: ${PORT:?say which}",
        "B: ${PORT_2:-8080}",
        "B: $${PORT:-8080}",
        "B: ${OTHER:-${PORT:-80}}",
    ],
)
def test_the_same_default_and_none_are_fine(tmp_path: Path, line: str) -> None:
    """As are other forms, and other variables."""
    assert lint(tmp_path, "A: ${PORT:-80}", line) == []


def test_the_words_of_a_flag_are_the_same_default(tmp_path: Path) -> None:
    """They give the same value."""
    assert lint(tmp_path, "A: ${TRACE:-false}", "B: ${TRACE:-False}", "C: ${TRACE:-off}") == []
    assert len(lint(tmp_path, "A: ${TRACE:-false}", "B: ${TRACE:-on}")) == 1


def test_the_first_is_named_beside_it_and_no_secret_is_shown(tmp_path: Path) -> None:
    """In whichever file each is written."""
    files = {
        "base.yaml": "version: 1\nabstract: true\n"
        "config: [{use: values, with: {A: '${DB_PASSWORD:-geheim}'}}]\n",
        "web.yaml": "extends: base.yaml\n"
        "config: [{use: values, with: {B: '${DB_PASSWORD:-anders}'}}]\n",
    }
    (found,) = lint_files(tmp_path, files, RULE)
    assert render_found([found]) == [
        (
            'web.yaml:2:35 the default "${DB_PASSWORD:-***}" of "DB_PASSWORD" '
            "differs from the first one"
        )
    ]
    assert [(str(one.place), one.message) for one in found.related] == [
        ("base.yaml:3:35", '"${DB_PASSWORD:-***}" here')
    ]


def test_what_an_overlay_replaces_or_turns_off_does_not_count(tmp_path: Path) -> None:
    """Only values that survive composing are filled in, and only steps that run are carried out."""
    base = (
        "version: 1\nabstract: true\n"
        "config: [{use: values, with: {A: '${PORT:-80}', B: '${PORT:-81}'}}]\n"
        "extensions: [{use: health, with: {url_prefix: '${PREFIX:-/a}'}}]\n"
    )
    overlay = (
        "extends: base.yaml\n"
        "config: [{use: values, with: {B: '${PORT:-80}', C: '${PREFIX:-/b}'}}]\n"
        "extensions: [{use: health, when: false}]\n"
    )
    assert lint_files(tmp_path, {"base.yaml": base, "web.yaml": overlay}, RULE) == []


def test_two_profiles_may_have_defaults_of_their_own(tmp_path: Path) -> None:
    """A worker's port is not that of the web."""
    text = "version: 1\nserver: {{bind: '127.0.0.1:${{PORT:-{}}}'}}\n"
    files = {"web.yaml": text.format(80), "admin.yaml": text.format(81)}
    assert lint_files(tmp_path, files, RULE) == []
