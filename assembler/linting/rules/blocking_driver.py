"""Refuse a database driver that blocks gevent's event loop.

## What it does

Reports, in a profile that gevent patches, a PostgreSQL URL whose driver waits in C: psycopg2
without the patch of that name, psycopg where it was imported before the patches, and any other but
pg8000. Linting reports it where the profile's text leaves no doubt; when the app is assembled, the
config in force is looked at.

## Why is this bad

While one request waits for the database, every other request of the process waits with it: a
server for hundreds of clients answers one at a time, and nothing says why.

## Example

```yaml
version: 1
patches:
  - gevent
config:
  - use: values
    with:
      SQLALCHEMY_DATABASE_URI: postgresql+psycopg2://shop@db.example.org/shop
extensions:
  - database
```

## Use instead

```yaml
version: 1
patches:
  - gevent
  - psycopg2
config:
  - use: values
    with:
      SQLALCHEMY_DATABASE_URI: postgresql+psycopg2://shop@db.example.org/shop
extensions:
  - database
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.database.driver_choice import find_block
from assembler.diagnostics.codes import BLOCKING_DRIVER
from assembler.linting.rules.form import Rule
from assembler.planning.plan import Decision

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE", "check_drivers"]


def check_drivers(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report the databases that would block, at the place at which running reports them."""
    if not facts.is_patched("gevent") or not any(one.driver for one in facts.databases):
        return
    psycopg2 = [one for one in facts.plan.patches if one.step.use == "psycopg2"]
    is_live = any(one.decision is not Decision.SKIPPED for one in psycopg2)
    for database in facts.databases:
        if database.driver is None or not database.is_certain:
            continue
        fault = find_block(database.key, database.driver, psycopg2_live=is_live)
        if fault is not None:
            place = facts.profile.place_of("patches")
            if database.is_option:
                place = facts.due_by_use["database"].step.place
            yield BLOCKING_DRIVER.at(place, fault.message, hint=fault.hint)


RULE = Rule(BLOCKING_DRIVER, check_profile=check_drivers)
