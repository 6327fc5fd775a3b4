"""Migrate the small shop of ``tests/support/shop``, here or in processes of their own."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field
from importlib.util import module_from_spec, spec_from_file_location
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, inspect, text
from sqlalchemy.pool import NullPool

from assembler.database.migration import migrate_app
from tests.support.postgres import with_driver
from tests.support.processes import run_cli

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

    from click.testing import Result
    from flask import Flask
    from sqlalchemy import Engine

__all__ = ["BY_COMMAND", "BY_FLASK", "Shop"]

# The two ways to migrate: ours, and what people's scripts have.
BY_COMMAND = ["-W", "error", "-m", "assembler", "migrate", "profiles/migrations.yaml"]
BY_FLASK = ["-W", "error", "-m", "flask", "--app", "shop", "db", "upgrade"]


@dataclass(slots=True)
class Shop:
    """A shop's folder, and the URL of its database."""

    folder: Path
    url: str
    said: list[str] = field(default_factory=list)  # what migrating printed, here
    _engines: list[Engine] = field(default_factory=list)

    def run(self, args: list[str]) -> subprocess.CompletedProcess[str]:
        """Run one process to its end."""
        return run_cli(args, self.folder, self.env)

    @property
    def env(self) -> dict[str, str]:
        """Return the environment that its processes need."""
        return {"DATABASE_URL": self.sqlalchemy_url}

    @property
    def sqlalchemy_url(self) -> str:
        """Return the URL with its driver named."""
        return with_driver(self.url, "psycopg2")

    def create_app(self) -> Flask:
        """Make the shop's app in this process, from a fresh copy of its module."""
        spec = spec_from_file_location("shop", self.folder / "shop.py")
        assert spec is not None
        assert spec.loader is not None
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        app: Flask = module.create_app(self.sqlalchemy_url)
        with app.app_context():
            self._engines.append(module.db.engine)
        return app

    def migrate(self, *, exact: bool = False, timeout_seconds: float = 10) -> list[str]:
        """Migrate in this process, and give what was said."""
        self.said.clear()
        migrate_app(
            self.create_app(), exact=exact, timeout_seconds=timeout_seconds, emit=self.said.append
        )
        return self.said

    def run_db(self, *command: str) -> Result:
        """Run a command of ``flask db`` in this process."""
        return self.create_app().test_cli_runner().invoke(args=["db", *command])

    def close(self) -> None:
        """Close what the apps of this process have open."""
        for engine in self._engines:
            engine.dispose()

    def execute(self, *statements: str) -> list[tuple[Any, ...]]:
        """Run statements in one transaction, and give the rows of the last, if it has any."""
        rows: list[tuple[Any, ...]] = []
        with create_engine(self.sqlalchemy_url, poolclass=NullPool).begin() as connection:
            for statement in statements:
                result = connection.execute(text(statement))
                rows = [tuple(row) for row in result] if result.returns_rows else []
        return rows

    def set_version(self, revision: str) -> None:
        """Put a revision into the database, as whoever migrated it last would have."""
        self.execute(
            "CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) PRIMARY KEY)",
            "DELETE FROM alembic_version",
            f"INSERT INTO alembic_version VALUES ('{revision}')",  # noqa: S608 - the test's own text
        )

    def find_version(self) -> str | None:
        """Return the revision that the database has."""
        if "alembic_version" not in self.find_tables():
            return None
        rows = self.execute("SELECT version_num FROM alembic_version")
        return str(rows[0][0]) if rows else None

    def find_tables(self) -> set[str]:
        """Return the names of the tables, Alembic's own too."""
        engine = create_engine(self.sqlalchemy_url, poolclass=NullPool)
        return set(inspect(engine).get_table_names())

    def add_revision(self, number: int, body: str, *, after: int | None = None) -> Path:
        """Write a revision whose ``upgrade`` is ``body``; it follows the one before, or ``after``.

        The body's first line is the file's line 11.
        """
        file = self.folder / "migrations" / "versions" / f"{number:04d}_more.py"
        head = f'''\
            """Do more."""

            import sqlalchemy as sa
            from alembic import op

            revision = "{number:04d}"
            down_revision = "{number - 1 if after is None else after:04d}"


            def upgrade():
            '''
        file.write_text(
            textwrap.dedent(head) + textwrap.indent(textwrap.dedent(body).strip(), "    ") + "\n"
        )
        return file
