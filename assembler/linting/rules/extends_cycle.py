"""Refuse profiles that extend, or mount, each other in a circle.

## What it does

Follows `extends` from file to file, and reports the one that leads back to a profile on the way. A
profile that mounts itself by `as: mount` is refused by the same rule when it is assembled.

## Why is this bad

Each would have to be composed before the other. There is no order in which their values could
override one another, so nothing of them can be used.

## Example

```yaml profiles/base.yaml
extends: web.yaml
abstract: true
```

```yaml
version: 1
extends: base.yaml
extensions: [proxy_fix]
```

## Use instead

```yaml profiles/base.yaml
version: 1
abstract: true
extensions: [logging]
```
"""

from assembler.diagnostics.codes import EXTENDS_CYCLE
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(EXTENDS_CYCLE)
