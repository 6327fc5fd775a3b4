"""Refuse an `after` or `before` that names no step of the list.

## What it does

Reports each name in `after` and `before` that no step of the same list has, skipped steps
included. An abstract base is not blamed for a step that its children add.

## Why is this bad

A constraint on a name that is not there holds whatever the order is: it checks nothing, while it
reads as if it did.

## Example

```yaml
version: 1
extensions:
  - database
  - use: migrate
    after: [databse]
```

## Use instead

```yaml
version: 1
extensions:
  - database
  - use: migrate
    after: [database]
```
"""

from assembler.diagnostics.codes import UNKNOWN_CONSTRAINT
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(UNKNOWN_CONSTRAINT)
