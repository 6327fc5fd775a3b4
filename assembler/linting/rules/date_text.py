"""Find dates without quotes.

## What it does

Warns of values and keys that start like `2026-11-24`, with or without a time behind it, whether
there is such a day or not.

## Why is this bad

It is a text here, as YAML 1.2's core has it. Other readers make a date object of it, or fail where
there is no such day.

## Example

```yaml
version: 1
config:
  - use: values
    with:
      OPEN_SINCE: 2026-11-24
```

## Use instead

```yaml
version: 1
config:
  - use: values
    with:
      OPEN_SINCE: "2026-11-24"
```
"""

from assembler.diagnostics.codes import DATE_TEXT
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(DATE_TEXT)
