"""Refuse an alias inside of what it repeats.

## What it does

Reports an alias that stands inside its own anchor. The rest of the file is not looked at.

## Why is this bad

The value would have no end. Many readers take it without a word, and whatever walks through it
later never returns.

## Example

```yaml
version: 1
config:
  - use: values
    with:
      MENU: &menu [home, basket, *menu]
```

## Use instead

```yaml
version: 1
config:
  - use: values
    with:
      MENU: [home, basket, [home, basket]]
```
"""

from assembler.diagnostics.codes import ALIAS_CYCLE
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(ALIAS_CYCLE)
