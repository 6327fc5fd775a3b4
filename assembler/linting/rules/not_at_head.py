"""Refuse an upgrade that did not get to the head.

## What it does

Looks at the database after an upgrade, and reports it where its revision is not the head, though
Alembic reported nothing.

## Why is this bad

An `env.py` that opens a transaction before Alembic does, and does not commit it, runs every
revision and leaves nothing behind. Alembic itself is content, and exits with 0.

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
from alembic import context
from flask import current_app
from sqlalchemy import text

engine = current_app.extensions["migrate"].db.engine
with engine.connect() as connection:
    connection.execute(text("SELECT 1"))
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
```

```python migrations/versions/0001_products.py
import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.create_table("product", sa.Column("id", sa.Integer(), primary_key=True))
```

```console
$ assembler migrate profiles/migrations.yaml
```

## Use instead

```python migrations/env.py
from assembler.database.migration import run_environment

run_environment()
```

```console
$ assembler migrate profiles/migrations.yaml
```
"""

from assembler.diagnostics.codes import NOT_AT_HEAD
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(NOT_AT_HEAD)
