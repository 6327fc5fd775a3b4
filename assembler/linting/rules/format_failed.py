"""Refuse a `$format` whose text and values do not fit.

## What it does

Reports `{$format: text}` where the text names in braces what its `with` does not give, where it has
more in braces than a plain name, or where a brace is left open. A brace that is meant is doubled.

## Why is this bad

The text cannot be made. Attributes and indexes are refused because they would let a text of the
profile read whatever its values lead to.

## Example

```yaml
version: 1
config:
  - use: values
    with:
      MAIL_SERVER: mail.example.org
      MAIL_SENDER:
        $format: no-reply@{host}
        with: {server: mail.example.org}
```

## Use instead

```yaml
version: 1
config:
  - use: values
    with:
      MAIL_SERVER: mail.example.org
      MAIL_SENDER:
        $format: no-reply@{host}
        with: {host: mail.example.org}
```
"""

from assembler.diagnostics.codes import FORMAT_FAILED
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(FORMAT_FAILED)
