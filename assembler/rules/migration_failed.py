"""Refuse to go on after a revision that failed.

## What it does

Reports what a revision raised while it was run or read, at the line of its file, and at which
revision the database is left: the ones before it stay, and it takes back itself.

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
from assembler.migrating.migration import run_environment

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

from assembler.codes import MIGRATION_FAILED
from assembler.rule import Rule

__all__ = ["RULE"]

RULE = Rule(MIGRATION_FAILED)
