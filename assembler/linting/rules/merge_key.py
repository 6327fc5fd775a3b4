"""Refuse a merge key.

## What it does

Reports every key `<<` without quotes.

## Why is this bad

Merge keys are not part of YAML 1.2: to some readers `<<` is a key like any other, and of two in one
mapping some forget the first. A few lines of them can stand for millions of values.

## Example

```yaml
version: 1
config:
  - use: values
    with:
      MAIL: &mail {server: mail.example.org, port: 587}
      ALERTS: {<<: *mail, sender: alerts@example.org}
```

## Use instead

```yaml
version: 1
config:
  - use: values
    with:
      MAIL: {server: mail.example.org, port: 587}
      ALERTS: {server: mail.example.org, port: 587, sender: alerts@example.org}
```
"""

from assembler.diagnostics.codes import MERGE_KEY
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(MERGE_KEY)
