"""Refuse a value of the right type that cannot be.

## What it does

Reports a word that is none of those to choose from, a number out of its range, an empty text where
something must stand, a flag that is neither true nor false; also a FLASK_DEBUG that is neither.

## Why is this bad

Nothing sensible can be done with it, and a guess may be the opposite of what was meant.

## Example

```yaml
version: 1
role: wroker
```

## Use instead

```yaml
version: 1
role: worker
```
"""

from assembler.diagnostics.codes import WRONG_VALUE
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(WRONG_VALUE)
