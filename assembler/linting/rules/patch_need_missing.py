"""Refuse a patch without the patch that it needs.

## What it does

Reports `grpc` and `psycopg2`, and any other patch that needs one, where the list does not have it.
A patch whose need is skipped by its `when` is skipped with it, and not reported.

## Why is this bad

`grpc` and `psycopg2` hand the waiting over to gevent's event loop. In a process that gevent did not
patch nobody runs that loop, and calls hang or block.

## Example

```yaml
version: 1
patches:
  - psycopg2
```

## Use instead

```yaml
version: 1
patches:
  - gevent
  - psycopg2
```
"""

from assembler.diagnostics.codes import PATCH_NEED_MISSING
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(PATCH_NEED_MISSING)
