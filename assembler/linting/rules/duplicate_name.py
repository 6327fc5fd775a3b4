"""Refuse two steps of one name in a list.

## What it does

Reports the second step of a list of one file that has the name of an earlier one. The name of a
step is its `name`, else its `use`: whatever is used twice needs a `name`.

## Why is this bad

`after`, `before`, `$step` and overlays find a step by its name: which of the two they mean cannot
be told.

## Example

```yaml
version: 1
config:
  - use: env
    with: {prefix: SHOP}
  - use: env
    with: {prefix: MAIL}
```

## Use instead

```yaml
version: 1
config:
  - use: env
    with: {prefix: SHOP}
  - use: env
    name: mail
    with: {prefix: MAIL}
```
"""

from assembler.diagnostics.codes import DUPLICATE_NAME
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(DUPLICATE_NAME)
