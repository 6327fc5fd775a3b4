"""Refuse a file whose top is not a mapping.

## What it does

Reports a file that is empty or has only comments, or whose top is a list or a text instead of `key:
value` lines.

## Why is this bad

A profile says what it is by its keys, of which `version` is always there. An empty file is most
often one whose writing failed.

## Example

```yaml
- version: 1
- role: web
```

## Use instead

```yaml
version: 1
role: web
```
"""

from assembler.diagnostics.codes import NOT_A_MAPPING
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(NOT_A_MAPPING)
