"""Refuse to migrate while another runner does.

## What it does

Reports that the lock of the database was not to be had within `--timeout`, or that the file that is
the lock of a SQLite database cannot be used. Runners wait for each other: the first migrates, and
the others then find nothing to do.

## Why is this bad

Two runners at once make the same table twice: one of them fails, or both do.

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

```python hold.py
import sqlite3
import subprocess

lock = sqlite3.connect("instance/shop.db-migrating", isolation_level=None)
lock.execute("BEGIN EXCLUSIVE")
subprocess.run(["assembler", "migrate", "profiles/migrations.yaml", "--timeout", "0.2"])
```

```console
$ mkdir instance
$ python hold.py
```

## Use instead

```console
$ assembler migrate profiles/migrations.yaml
```
"""

from assembler.diagnostics.codes import MIGRATION_LOCK
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(MIGRATION_LOCK)
