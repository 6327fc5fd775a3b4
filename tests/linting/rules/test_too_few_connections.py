"""Test which workers are found to have fewer connections than tasks at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.linting import lint_files, render_found

if TYPE_CHECKING:
    from pathlib import Path

RULE = "too-few-connections"
URL = "url: 'postgresql://db/shop'"
PATCHES = "patches: [{use: gevent, when: {pool: gevent}}, psycopg2]\n"


def lint(folder: Path, worker: str, database: str = URL) -> list[str]:
    """Lint a worker's profile."""
    text = f"version: 1\nrole: worker\n{PATCHES}worker: {worker}\n"
    step = f"extensions: [{{use: database, with: {{{database}}}}}]\n"
    return render_found(lint_files(folder, {"worker.yaml": text + step}, RULE))


@pytest.mark.parametrize(
    ("worker", "database", "expected"),
    [
        ("{pool: gevent, concurrency: 50}", URL, "4:37 50 tasks at once share 15"),
        (
            "{pool: threads, concurrency: 20}",
            f"{URL}, pool_size: 6",
            "4:38 20 tasks at once share 16",
        ),
        ("{pool: gevent}", f"{URL}, max_overflow: 0", "4:9 100 tasks at once share 5"),
    ],
)
def test_more_tasks_than_connections_are_found(
    tmp_path: Path, worker: str, database: str, expected: str
) -> None:
    """SQLAlchemy's numbers count where the profile has none."""
    assert lint(tmp_path, worker, database) == [
        f"worker.yaml:{expected} connections to the database"
    ]


@pytest.mark.parametrize(
    ("worker", "database"),
    [
        ("{pool: gevent, concurrency: 15}", URL),
        ("{pool: gevent, concurrency: 50}", f"{URL}, pool_size: 50"),
        ("{pool: gevent, concurrency: 50}", f"{URL}, max_overflow: -1"),
        ("{pool: gevent, concurrency: 50}", "url: 'sqlite:///shop.db'"),
        ("{pool: gevent, concurrency: 50}", f"{URL}, pool_size: '${{SIZE}}'"),
        ("{pool: prefork, concurrency: 50}", URL),
        ("{pool: threads}", URL),
    ],
)
def test_what_suffices_or_is_not_known_is_left_alone(
    tmp_path: Path, worker: str, database: str
) -> None:
    """A process with one task at a time needs one connection."""
    assert lint(tmp_path, worker, database) == []
