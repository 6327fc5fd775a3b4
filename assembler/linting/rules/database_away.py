"""Refuse to migrate a database that does not answer.

## What it does

Reports that `assembler migrate`, or `flask db upgrade`, got no connection to the database: not
within `--timeout`, or at once where it refuses for a reason that time does not mend, such as a
wrong password. The URL is shown without its password.

## Why is this bad

Nothing was migrated, and what starts next would meet an old schema.

## Example

```yaml profiles/migrations.yaml
version: 1
role: migrations
config:
  - use: values
    with: {SQLALCHEMY_DATABASE_URI: "postgresql://shop@127.0.0.1:1/shop"}
extensions: [database, migrate]
```

```python migrations/env.py
from assembler.database.migration import run_environment

run_environment()
```

```console
$ assembler migrate profiles/migrations.yaml --timeout 0.2
```

## Use instead

```yaml profiles/migrations.yaml
version: 1
role: migrations
config:
  - use: values
    with: {SQLALCHEMY_DATABASE_URI: "sqlite:///shop.db"}
extensions: [database, migrate]
```

```console
$ assembler migrate profiles/migrations.yaml --timeout 0.2
```
"""

from assembler.diagnostics.codes import DATABASE_AWAY
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(DATABASE_AWAY)
