"""Refuse a tag.

## What it does

Reports every tag: those of other tools such as `!ENV`, those of YAML such as `!!str`, and those
that make Python objects.

## Why is this bad

What a tag does is up to the reader. Some run code. In a profile the schema knows the types, `${…}`
reads a variable, and `{$import: …}` names an object.

## Example

```yaml
version: 1
config:
  - use: values
    with:
      MAIL_SERVER: !ENV ${MAIL_SERVER}
```

## Use instead

```yaml
version: 1
config:
  - use: values
    with:
      MAIL_SERVER: ${MAIL_SERVER:-localhost}
```
"""

from assembler.diagnostics.codes import CUSTOM_TAG
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(CUSTOM_TAG)
