"""Refuse a `${…}` that YAML takes apart.

## What it does

Reports a `${…}` without quotes that is cut by what YAML means by its characters: braces and commas
inside of `{…}` and `[…]`, a colon with a space behind it, a `#` with a space before it.

## Why is this bad

The variable is not read: a part of its text is taken as the value, or nothing can be read at all.

## Example

```yaml
version: 1
config:
  - use: values
    with: {MAIL_SERVER: ${MAIL_SERVER:-localhost}}
```

## Use instead

```yaml
version: 1
config:
  - use: values
    with: {MAIL_SERVER: "${MAIL_SERVER:-localhost}"}
```
"""

from assembler.diagnostics.codes import QUOTE_INTERPOLATION
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(QUOTE_INTERPOLATION)
