"""Refuse a key that stands twice in one mapping.

## What it does

Reports the second of two keys of one mapping that are the same text. The first is named beside it.

## Why is this bad

YAML readers disagree: most take the last, some the first, and none says a word. What the profile
says and what runs are then two things.

## Example

```yaml
version: 1
config:
  - use: values
    with:
      MAIL_SERVER: mail.example.org
      MAIL_SERVER: localhost
```

## Use instead

```yaml
version: 1
config:
  - use: values
    with:
      MAIL_SERVER: mail.example.org
```
"""

from assembler.diagnostics.codes import DUPLICATE_KEY
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(DUPLICATE_KEY)
