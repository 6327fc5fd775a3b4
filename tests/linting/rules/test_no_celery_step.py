"""A worker without the step `celery` is told of before Celery's command refuses it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.linting import lint_profile

if TYPE_CHECKING:
    from pathlib import Path

CELERY = "{use: celery, with: {broker_url: 'memory://'}}"


@pytest.mark.parametrize(
    ("text", "is_reported"),
    [
        ("role: worker\nextensions: [health]\n", True),
        ("role: beat\n", True),
        (f"role: worker\nextensions: [{CELERY[:-1]}, when: false}}]\n", True),
        (f"role: worker\nextensions: [{CELERY}]\n", False),
        (f"role: worker\nextensions: [{CELERY[:-1]}, when: {{$config: A}}}}]\n", False),
        ("role: web\n", False),
        ("role: worker\nabstract: true\n", False),
    ],
)
def test_missing_step_is_reported_at_the_role(
    tmp_path: Path, text: str, *, is_reported: bool
) -> None:
    """Unless something decides at run, or the profile cannot be run."""
    found = lint_profile(tmp_path, f"version: 1\n{text}", "no-celery-step")
    assert [line.partition(" ")[0] for line in found] == (["2:7"] if is_reported else []), found
