"""Refuse a `$…` mapping that is not written as it should be.

## What it does

Reports a `$` key that there is not, one with something other than a text behind it, keys beside it
that do not belong there, and an `$unset` that is not alone, not true, or an item of a list.

## Why is this bad

It would be given to the extension as a mapping, instead of the value that it stands for.

## Example

```yaml
version: 1
config:
  - use: values
    with:
      MAIL_SERVER: mail.example.org
extensions:
  - use: attributes
    with:
      mail_server: {$confg: MAIL_SERVER}
```

## Use instead

```yaml
version: 1
config:
  - use: values
    with:
      MAIL_SERVER: mail.example.org
extensions:
  - use: attributes
    with:
      mail_server: {$config: MAIL_SERVER}
```
"""

from assembler.diagnostics.codes import BAD_REFERENCE_MAPPING
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(BAD_REFERENCE_MAPPING)
