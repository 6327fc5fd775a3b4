"""Refuse constraints of steps that no order fits.

## What it does

Reports steps each of which must stand after the next, and the last of which after the first: by
their `after` and `before`, or by what the catalogue says of its own steps, as that `migrate` stands
after `database`. It is said once for a list, at a constraint that the order written breaks.

## Why is this bad

However the steps are moved, one of the constraints is broken, and the profile does not start. One
of them was meant the other way round, or is not needed.

## Example

```yaml
version: 1
extensions:
  - use: compress
    after: [health]
  - use: health
    after: [compress]
```

## Use instead

```yaml
version: 1
extensions:
  - use: compress
  - use: health
    after: [compress]
```
"""

from assembler.diagnostics.codes import CONSTRAINT_CYCLE
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(CONSTRAINT_CYCLE)
