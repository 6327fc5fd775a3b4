"""Test that a catalogue step is refused where a package that it works with is not installed."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from assembler.steps.catalog import find_catalog_names
from tests.support.linting import lint_files

if TYPE_CHECKING:
    from pathlib import Path

RULE = "extra-missing"
MESSAGE = "the package \"flask_compress\" is not installed, and 'compress' needs it"
HINT = 'Run `pip install "flask-assembler[compress]"`.'


@pytest.fixture
def _without_compress(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "flask_compress", None)


@pytest.mark.usefixtures("_without_compress")
@pytest.mark.parametrize(
    ("step", "severity"),
    [
        ("compress", "error"),
        ("{use: compress, when: {$config: COMPRESS}}", "warning"),
        ("{use: compress, on_error: skip}", "warning"),
    ],
)
def test_a_package_that_is_missing_is_named_with_its_extra(
    tmp_path: Path, step: str, severity: str
) -> None:
    """An error, but where the app may boot without the step."""
    text = f"version: 1\nextensions: [{step}]\n"
    (found,) = lint_files(tmp_path, {"web.yaml": text}, RULE)
    assert (found.severity, found.message, found.hint) == (severity, MESSAGE, HINT)


@pytest.mark.usefixtures("_without_compress")
@pytest.mark.parametrize(
    "step",
    [
        "proxy_fix",
        "{use: compress, when: false}",
        "{use: compress, when: {installed: flask_compress}}",
        "{use: 'shop:compress', name: compress}",
    ],
)
def test_what_needs_no_such_package_is_left_alone(tmp_path: Path, step: str) -> None:
    """Nor what asks first whether it is installed."""
    files = {
        "shop.py": "def compress(app): ...\n",
        "web.yaml": f"version: 1\nextensions: [{step}]\n",
    }
    assert lint_files(tmp_path, files, RULE) == []


def test_here_every_package_of_the_catalogue_is_installed(tmp_path: Path) -> None:
    """So that nothing is said of any step."""
    steps = ", ".join(find_catalog_names())
    text = f"version: 1\nextensions: [{steps}]\n"
    assert lint_files(tmp_path, {"web.yaml": text}, RULE) == []
