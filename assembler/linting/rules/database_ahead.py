"""Refuse, with `--exact`, a database that newer code has migrated.

## What it does

Reports that the database has a revision that this code does not know, where
`assembler migrate --exact` was asked for. Without `--exact` such a database is left alone, and that
is well: it is what every old replica sees while a new release is rolled out.

## Why is this bad

A release that is built to be the newest, and finds a newer one's database, is the wrong one.

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

```python migrations/versions/0001_products.py
import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.create_table("product", sa.Column("id", sa.Integer(), primary_key=True))
```

```python migrations/versions/0002_titles.py
import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.add_column("product", sa.Column("title", sa.String()))
```

```console
$ assembler migrate profiles/migrations.yaml
$ rm migrations/versions/0002_titles.py
$ assembler migrate profiles/migrations.yaml --exact
```

## Use instead

```python migrations/versions/0002_titles.py
import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.add_column("product", sa.Column("title", sa.String()))
```

```console
$ assembler migrate profiles/migrations.yaml --exact
```
"""

from assembler.diagnostics.codes import DATABASE_AHEAD
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(DATABASE_AHEAD)
