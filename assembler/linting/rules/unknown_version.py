"""Refuse a version of the language that is not known.

## What it does

Reports a `version` other than 1.

## Why is this bad

Keys may mean something else in a later version: what is read by the wrong rules is not what was
written.

## Example

```yaml
version: 2
role: web
```

## Use instead

```yaml
version: 1
role: web
```
"""

from assembler.diagnostics.codes import UNKNOWN_VERSION
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(UNKNOWN_VERSION)
