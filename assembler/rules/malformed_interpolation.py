"""Refuse a `${` that is none of the known forms.

## What it does

Reports a `${` without its closing brace, without the name of a variable, or with something else
than `:-`, `-`, `:+`, `+`, `:?` or `?` after the name. A dollar sign alone, and `$NAME`, are text.

## Why is this bad

It cannot be told what was meant: a variable, or the two characters. Either guess would put a wrong
value into the app without a word.

## Example

```yaml
version: 1
config:
  - use: values
    with:
      MAIL_SERVER: ${MAIL_SERVER:=localhost}
      PRICE_FORMAT: "${0} each"
```

## Use instead

Write `:-` for a default, and `$$` for a dollar sign.

```yaml
version: 1
config:
  - use: values
    with:
      MAIL_SERVER: ${MAIL_SERVER:-localhost}
      PRICE_FORMAT: "$${0} each"
```
"""

from assembler.codes import MALFORMED_INTERPOLATION
from assembler.rule import Rule

__all__ = ["RULE"]

RULE = Rule(MALFORMED_INTERPOLATION)
