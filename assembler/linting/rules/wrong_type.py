"""Refuse a value of another type than expected.

## What it does

Reports a text where a number belongs, a list where a mapping belongs, and so on, and says what was
expected and what was got. A `${…}` is judged by what it gives, which is only known with the
environment.

## Why is this bad

Taking it for what it is not would mean to guess.

## Example

```yaml
version: 1
extensions:
  - use: proxy_fix
    with:
      x_for: one
```

## Use instead

```yaml
version: 1
extensions:
  - use: proxy_fix
    with:
      x_for: 1
```
"""

from assembler.diagnostics.codes import WRONG_TYPE
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(WRONG_TYPE)
