"""Test which workers are found to wait at another broker than the web profile queues at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.linting import lint_files, render_found

if TYPE_CHECKING:
    from pathlib import Path

RULE = "brokers-differ"


def lint(folder: Path, web: str, other: str, role: str = "worker") -> list[str]:
    """Lint two profiles with the given values in their config."""
    text = "version: 1\nconfig: [{{use: values, with: {{{}}}}}]\n"
    files = {"web.yaml": text.format(web), "other.yaml": text.format(other) + f"role: {role}\n"}
    return render_found(lint_files(folder, files, RULE))


@pytest.mark.parametrize(
    ("web", "other", "column"),
    [
        ("CELERY_BROKER_URL: 'redis://r/0'", "CELERY_BROKER_URL: 'redis://r/1'", 50),
        ("BROKER_URL: 'redis://r/0'", "CELERY: {broker_url: 'redis://r/1'}", 52),
        ("CELERY: {broker_url: '${B:-redis://r/0}'}", "BROKER_URL: '${B:-redis://r/1}'", 43),
    ],
)
@pytest.mark.parametrize("role", ["worker", "beat", "job"])
def test_another_broker_is_found(
    tmp_path: Path, web: str, other: str, column: int, role: str
) -> None:
    """Under whichever key either says it."""
    assert lint(tmp_path, web, other, role) == [
        f"other.yaml:2:{column} 'other' uses another broker than 'web'"
    ]


@pytest.mark.parametrize(
    ("web", "other", "role"),
    [
        ("BROKER_URL: 'redis://r/0'", "BROKER_URL: 'redis://:${PW}@r/0?timeout=3'", "worker"),
        ("BROKER_URL: 'redis://r/0'", "BROKER_URL: 'redis://r/1'", "migrations"),
        ("BROKER_URL: 'redis://r/0'", "BROKER_URL: 'redis://r/1'", "test"),
        ("BROKER_URL: 'redis://r/0'", "BROKER_URL: 'memory://'", "worker"),
        ("BROKER_URL: 'redis://r/0'", "TITLE: Shop", "worker"),
        ("BROKER_URL: 'redis://r/0'", "BROKER_URL: '${BROKER}'", "worker"),
        ("BROKER_URL: '${BROKER}'", "BROKER_URL: '${SHOP_BROKER}'", "worker"),
        ("REDIS_URL: 'redis://r/0'", "REDIS_URL: 'redis://r/1'", "worker"),
        ("BROKER_URL: {$config: OTHER}", "BROKER_URL: 'redis://r/0'", "worker"),
        (
            "BROKER_URL: 'redis://r/0', REDIS_URL: 'redis://r/1'",
            "BROKER_URL: 'redis://r/0', REDIS_URL: 'redis://r/2'",
            "worker",
        ),
    ],
)
def test_what_shares_a_broker_or_needs_none_is_left_alone(
    tmp_path: Path, web: str, other: str, role: str
) -> None:
    """Migrations queue nothing; what a variable leads to is not known; Redis has other uses."""
    assert lint(tmp_path, web, other, role) == []


def test_the_broker_of_the_step_counts(tmp_path: Path) -> None:
    """It wins over the config."""
    text = "version: 1\nextensions: [{{use: celery, with: {{broker_url: 'redis://r/{}'}}}}]\n"
    files = {"web.yaml": text.format(0), "other.yaml": text.format(1) + "role: worker\n"}
    assert render_found(lint_files(tmp_path, files, RULE)) == [
        "other.yaml:2:47 'other' uses another broker than 'web'"
    ]
