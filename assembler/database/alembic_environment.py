"""Run a project's ``env.py``: only that tells on which databases it works, and in which tables."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from io import StringIO
from typing import TYPE_CHECKING, Any, NamedTuple

from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from alembic.util import to_tuple

from assembler.database.revision_files import find_forked_heads
from assembler.database.state import DatabaseStatus, find_engines, merge_states
from assembler.database.upgrading import load_revisions
from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Place, ProfileError
from assembler.diagnostics.excerpt import shorten_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask

    from assembler.database.state import DatabaseState, Target

__all__ = ["AlembicEnvironment", "Pending"]


class Pending(NamedTuple):
    """One database that ``env.py`` migrates, and what an upgrade would run on it."""

    bind: str | None  # ``None``: the default database
    state: DatabaseState
    current: tuple[str, ...]
    revisions: tuple[str, ...]  # in order, each with its message


class AlembicEnvironment:
    """The project's ``env.py``, its revisions and its settings."""

    def __init__(self, app: Flask, target: Target) -> None:
        """Load the revisions.

        Raises:
            ProfileError: if one cannot be read, or they have several heads.
        """
        self._target = target
        self._binds = {engine: bind for bind, engine in find_engines(app).items()}
        self._config = app.extensions["migrate"].migrate.get_config()
        self._script = ScriptDirectory.from_config(self._config)
        self._revisions = load_revisions(self._script, target)
        forked = find_forked_heads(
            self._revisions.heads,
            lambda name: to_tuple(self._script.get_revision(name).down_revision, default=()),
        )
        if forked:
            names = ", ".join(f'"{head}"' for head in forked)
            message = f"the revisions have {len(forked)} heads, expected one: {names}"
            hint = "Run `flask db merge heads`."
            raise ProfileError([codes.SEVERAL_HEADS.at(target.place, message, hint=hint)])

    def upgrade(self, emit: Callable[[str], None]) -> None:
        """Run the revisions, as Alembic's upgrade command does.

        That command itself cannot emit each revision whatever ``env.py`` does.
        """

        def iter_steps(heads: tuple[str, ...], _context: object) -> Iterator[Any]:
            for step in self._iter_revision_steps(heads):
                info: Any = step.info
                emit(f"upgrading to {info.up_revision_id}: {info.up_revision.doc}")
                yield step

        self._run(iter_steps, destination_rev="heads")

    def read_state(self) -> DatabaseState:
        """Return the state of the databases that ``env.py`` migrates, all of them at once.

        Raises:
            ProfileError: if it migrates none.
        """
        return merge_states([one.state for one in self.read_pending()])

    def read_pending(self) -> list[Pending]:
        """Return what an upgrade would run on each database that ``env.py`` migrates.

        Raises:
            ProfileError: if it migrates none.
        """
        found: list[Pending] = []

        def look(heads: tuple[str, ...], context: Any) -> tuple[()]:  # noqa: ANN401 - Alembic's own
            state = self._revisions.compare(heads)
            steps = () if state.status is DatabaseStatus.AHEAD else self._iter_steps(heads)
            said = tuple(
                f"{one.up_revision_id}: {one.up_revision.doc}".removesuffix(": ") for one in steps
            )
            found.append(Pending(self._binds.get(context.connection.engine), state, heads, said))
            return ()

        with _saying_nothing():
            self._run(look, dont_mutate=True)
        if not found:
            message = "env.py runs no migrations"
            hint = "Call `context.run_migrations()` in it, as the file of `flask db init` does."
            place = Place(shorten_path(self._target.directory / "env.py"))
            raise ProfileError([codes.NO_MIGRATIONS.at(place, message, hint=hint)])
        return found

    def write_sql(self, current: tuple[str, ...]) -> str | None:
        """Return the SQL of an upgrade from ``current``, which Alembic's offline mode writes.

        ``None``: ``env.py`` runs no migrations in that mode.
        """
        calls: list[tuple[str, ...]] = []
        self._config.output_buffer = written = StringIO()

        def upgrade(heads: tuple[str, ...], _context: object) -> Iterator[Any]:
            calls.append(heads)
            return self._iter_revision_steps(heads)

        with _saying_nothing():
            self._run(upgrade, as_sql=True, starting_rev=current, destination_rev="heads")
        return written.getvalue() if calls else None

    def _iter_steps(self, heads: tuple[str, ...]) -> Iterator[Any]:
        return (step.info for step in self._iter_revision_steps(heads))

    def _iter_revision_steps(self, heads: tuple[str, ...]) -> Iterator[Any]:
        return iter(self._script._upgrade_revs("heads", heads))  # type: ignore[arg-type]  # noqa: SLF001 - as Alembic's own commands

    def _run(self, steps: Callable[..., object], **options: object) -> None:
        with EnvironmentContext(self._config, self._script, fn=steps, **options):
            self._script.run_env()


@contextmanager
def _saying_nothing() -> Iterator[None]:
    """Keep back what Alembic says of each context."""

    def drop(_record: logging.LogRecord) -> bool:
        return False

    logger = logging.getLogger("alembic.runtime.migration")
    logger.addFilter(drop)
    try:
        yield
    finally:
        logger.removeFilter(drop)
