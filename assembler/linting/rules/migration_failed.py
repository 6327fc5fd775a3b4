"""Refuse to go on after a revision that failed.

## What it does

Reports what a revision raised while it was run or read, at the line of its file, and at which
revision the database is left: the ones before it stay, and it takes back itself. `lint` reports
revisions of which one follows another that is not there, or that follow each other in a cycle.

## Why is this bad

The code that comes with the revision expects a schema that is not there.

## Example

```yaml profiles/migrations.yaml
version: 1
role: migrations
config:
  - use: values
    with: {SQLALCHEMY_DATABASE_URI: "sqlite:///shop.db"}
extensions: [database, migrate]
```

```python migrations/env.py
from assembler.database.migration import run_environment

run_environment()
```

```python migrations/versions/0001_titles.py
import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.add_column("product", sa.Column("title", sa.String()))
```

```console
$ assembler migrate profiles/migrations.yaml
```

## Use instead

```python migrations/versions/0001_titles.py
import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.create_table("product", sa.Column("title", sa.String()))
```

```console
$ assembler migrate profiles/migrations.yaml
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import MIGRATION_FAILED
from assembler.diagnostics.diagnostic import Related
from assembler.linting.rules.form import Rule
from assembler.modules.revision_files import find_folder_fault, find_gap, read_revisions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE"]


def check_revisions(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report revisions that Alembic cannot put in a row; reads their files."""
    if facts.profile.role != "migrations" or facts.migrations is None:
        return
    directory = facts.root / facts.migrations.text
    revisions = read_revisions(directory) if find_folder_fault(directory) is None else None
    gap = None if revisions is None else find_gap(revisions)
    if gap is not None:
        revision, message = gap
        yield MIGRATION_FAILED.at(
            facts.migrations.place_in(facts.profile.composed.path),
            message,
            hint="Mend the `down_revision`, or put the file back that is missing.",
            related=(Related(revision.place, "this revision"),),
        )


RULE = Rule(MIGRATION_FAILED, check_profile=check_revisions)
