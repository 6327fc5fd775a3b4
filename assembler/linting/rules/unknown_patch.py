"""Refuse a patch of a name that there is not.

## What it does

Reports a step of `patches` that is neither one of assembler's own patches nor one that an installed
distribution adds with the entry-point group `assembler.patches`.

## Why is this bad

Nothing can be applied under that name. A patch cannot be an object reference either: naming a
module would import it before the process is patched.

## Example

psycopg, the driver that follows psycopg2, needs no patch: it waits in Python wherever gevent has
patched `select`.

```yaml
version: 1
patches:
  - gevent
  - psycopg
```

## Use instead

```yaml
version: 1
patches:
  - gevent
```
"""

from assembler.diagnostics.codes import UNKNOWN_PATCH
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(UNKNOWN_PATCH)
