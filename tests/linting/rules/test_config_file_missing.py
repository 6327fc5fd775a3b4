"""Test which config files are missed before the app runs: those that the project itself holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.linting import lint_files

if TYPE_CHECKING:
    from pathlib import Path

    from assembler.diagnostics.diagnostic import Diagnostic

RULE = "config-file-missing"
FILES = {"shop.toml": "A = 1\n", "deep/shop.toml": "B = 2\n", "deep/base.yaml": "version: 1\n"}


def lint(folder: Path, options: str, **files: str) -> list[Diagnostic]:
    """Lint a profile in a folder `deep` with one `file` source."""
    text = f"version: 1\nconfig:\n  - use: file\n    with: {{{options}}}\n"
    return lint_files(folder, {**FILES, "deep/web.yaml": text, **files}, RULE)


@pytest.mark.parametrize(
    ("options", "where"),
    [
        ("path: shp.toml", "deep"),
        ("path: '${FILE:-shp.toml}'", "deep"),
        ("path: shp.toml, optional: false, relative_to: profile", "deep"),
        ("path: ../shp.toml", "."),
        ("path: shp.toml, relative_to: root", "."),
    ],
)
def test_a_file_of_the_project_that_is_not_there_is_warned_of(
    tmp_path: Path, options: str, where: str
) -> None:
    """Its folder is named, and a file of a similar name."""
    (found,) = lint(tmp_path, options)

    assert found.severity == "warning"
    assert found.message.endswith(f"does not exist in {where}")
    assert found.hint == "Did you mean 'shop.toml'?"
    assert found.place.span.line == 4


@pytest.mark.parametrize(
    "options",
    [
        "path: shop.toml",
        "path: shop.toml, relative_to: root",
        "path: shp.toml, optional: true",
        "path: shp.toml, optional: '${OPTIONAL}'",
        "path: '${FILE}'",
        "path: shp.toml, relative_to: instance",
        "path: .env",
        "path: .env.local",
        "path: production.env",
        "path: /etc/shop/shop.toml",
        "path: ../../shop.toml",
    ],
)
def test_a_file_that_is_there_or_need_not_be_is_left_alone(tmp_path: Path, options: str) -> None:
    """Optional, not known, beside the running app only, or outside of the project."""
    assert lint(tmp_path, options) == []


def test_a_source_that_is_skipped_reads_nothing(tmp_path: Path) -> None:
    """Its file need not be there."""
    text = "version: 1\nconfig: [{use: file, with: {path: shp.toml}, when: false}]\n"
    assert lint_files(tmp_path, {"web.yaml": text}, RULE) == []
