"""Refuse a comment that means to silence a rule and cannot.

## What it does

Reports `# assembler: ignore` without the name of a rule in brackets, one that names a rule that
there is not, and an `ignore-file[…]` that does not stand before all else in its file.

## Why is this bad

It looks as if it did something, and does nothing.

## Example

```yaml
version: 1
config:
  - use: values
    with:
      COUNTRY: no  # assembler: ignore[bolean-word] the country, not the boolean
```

## Use instead

```yaml
version: 1
config:
  - use: values
    with:
      COUNTRY: no  # assembler: ignore[boolean-word] the country, not the boolean
```
"""

from assembler.diagnostics.codes import MALFORMED_IGNORE
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(MALFORMED_IGNORE)
