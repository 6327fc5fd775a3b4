'''Refuse revisions that end in more than one head.

## What it does

Reads the files of the folder that the step `migrate` names, in a profile with the role
`migrations`, and reports it where more than one revision has none after it. `assembler migrate`
refuses the same.

## Why is this bad

Two branches each added a revision after the same one. Nobody has said in which order they apply,
so there is no one state that a database can be brought to.

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
"""Make products."""

revision = "0001"
down_revision = None
```

```python migrations/versions/0002_prices.py
"""Add prices."""

revision = "0002"
down_revision = "0001"
```

```python migrations/versions/0002_stock.py
"""Add what is in stock."""

revision = "0003"
down_revision = "0001"
```

## Use instead

```python migrations/versions/0002_stock.py
"""Add what is in stock."""

revision = "0003"
down_revision = "0002"
```
'''

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import SEVERAL_HEADS
from assembler.diagnostics.diagnostic import Related
from assembler.linting.rules.form import Rule
from assembler.modules.revision_files import find_folder_fault, find_gap, find_heads, read_revisions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE"]

LIMIT_RELATED = 5


def check_several_heads(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report a folder of migrations with several heads; reads its files."""
    if facts.profile.role != "migrations" or facts.migrations is None:
        return
    directory = facts.root / facts.migrations.text
    revisions = read_revisions(directory) if find_folder_fault(directory) is None else None
    if revisions is None or find_gap(revisions) is not None:  # which is said
        return
    heads = find_heads(revisions)
    if len(heads) <= 1:
        return
    names = ", ".join(f'"{head.revision}"' for head in heads)
    yield SEVERAL_HEADS.at(
        facts.migrations.place_in(facts.profile.composed.path),
        f"the revisions have {len(heads)} heads, expected one: {names}",
        hint="Join them by `flask db merge heads`.",
        related=tuple(Related(head.place, "a head") for head in heads[:LIMIT_RELATED]),
    )


RULE = Rule(SEVERAL_HEADS, check_profile=check_several_heads)
