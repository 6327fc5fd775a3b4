"""Refuse to guess which profile the database commands use.

## What it does

Reports it where a `flask db` command is run and no profile, or more than one, of the folder of
profiles has the role `migrations`, and `[tool.assembler]` names none as `migrations`.

## Why is this bad

The commands would run with the first profile that comes, which may be that of another database.

## Example

```yaml profiles/migrations.yaml
version: 1
role: migrations
config:
  - use: values
    with: {SQLALCHEMY_DATABASE_URI: "sqlite:///shop.db"}
extensions: [database, migrate]
```

```yaml profiles/archive.yaml
version: 1
role: migrations
config:
  - use: values
    with: {SQLALCHEMY_DATABASE_URI: "sqlite:///archive.db"}
extensions: [database, migrate]
```

```console
$ python -m flask --app assembler.wsgi db heads
```

## Use instead

```toml pyproject.toml
[tool.assembler]
package = "shop"
migrations = "profiles/migrations.yaml"
```

```python migrations/env.py
from assembler.database.migration import run_environment

run_environment()
```

```console
$ python -m flask --app assembler.wsgi db heads
```
"""

from assembler.diagnostics.codes import MIGRATIONS_PROFILE_UNCLEAR
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(MIGRATIONS_PROFILE_UNCLEAR)
