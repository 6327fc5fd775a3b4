"""Refuse to migrate without a folder of migrations.

## What it does

Reports a profile with the role `migrations` whose step `migrate` names a folder that is not there,
or that has no `env.py`. `assembler migrate` refuses the same, and a profile without the steps
`database` and `migrate`. A folder without revisions is no fault: there is nothing to do yet.

## Why is this bad

The process that is to bring the database to head has nothing to do it with. The path is relative to
the project's root, not to the profile.

## Example

```yaml profiles/migrations.yaml
version: 1
role: migrations
config:
  - use: values
    with: {SQLALCHEMY_DATABASE_URI: "sqlite:///shop.db"}
extensions:
  - database
  - use: migrate
    with: {directory: ../migrations}
```

```python migrations/env.py
from assembler.database.migration import run_environment

run_environment()
```

## Use instead

```yaml profiles/migrations.yaml
version: 1
role: migrations
config:
  - use: values
    with: {SQLALCHEMY_DATABASE_URI: "sqlite:///shop.db"}
extensions:
  - database
  - use: migrate
    with: {directory: migrations}
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import NO_MIGRATIONS
from assembler.diagnostics.excerpt import shorten_path
from assembler.linting.rules.form import Rule
from assembler.modules.revision_files import find_folder_fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE"]


def check_no_migrations(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report a folder of migrations that is none; looks whether its ``env.py`` is there."""
    if facts.profile.role != "migrations" or facts.migrations is None:
        return
    directory = facts.root / facts.migrations.text
    fault = find_folder_fault(directory)
    if fault is not None:
        yield NO_MIGRATIONS.at(
            facts.migrations.place_in(facts.profile.composed.path),
            f'the folder of migrations "{shorten_path(directory)}" {fault}',
            hint="Name the folder, relative to the project's root, or make it by `flask db init`.",
        )


RULE = Rule(NO_MIGRATIONS, check_profile=check_no_migrations)
