"""Warn of debug in a process that gevent patches.

## What it does

Reports a profile with `debug: true` that applies the patch `gevent`.

## Why is this bad

Breakpoints do not work there: the debugger's own waiting is patched too, and the process hangs or
goes on as if there were none.

## Example

```yaml
version: 1
debug: ${FLASK_DEBUG:-true}
patches:
  - gevent
```

## Use instead

With debug the process then stays as it is, and patches that need gevent are skipped with it.

```yaml
version: 1
debug: ${FLASK_DEBUG:-true}
patches:
  - use: gevent
    when: {debug: false}
```
"""

from assembler.diagnostics.codes import BREAKPOINTS_UNDER_GEVENT
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(BREAKPOINTS_UNDER_GEVENT)
