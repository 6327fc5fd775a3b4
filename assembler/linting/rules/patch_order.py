"""Refuse patches in an order in which they do not work.

## What it does

Reports a patch that must be the first and is not (`gevent`), and one that stands before another
that it needs.

## Why is this bad

Whatever is loaded before gevent patches the standard library keeps what it found there. A patch
that runs first loads its own package, so the process would wait in places that gevent cannot
reach.

## Example

```yaml
version: 1
patches:
  - psycopg2
  - gevent
```

## Use instead

```yaml
version: 1
patches:
  - gevent
  - psycopg2
```
"""

from assembler.diagnostics.codes import PATCH_ORDER
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(PATCH_ORDER)
