"""Refuse a colon or a dash without a space behind it.

## What it does

Reports `-item` where a list must have been meant, and `key:value` where a key with a value: at the
top, in a step, inside of `{…}`, below `app`, `server`, `with`, `init` and `when`, and where the
lines around it show so. An address such as `http://…` and a `module:attribute` are not touched.

## Why is this bad

To YAML `debug:true` and `-name` are one text each. At best nothing can be done with it; at worst it
is a value or a key of its own, and the setting is not in force.

## Example

```yaml
version: 1
server:
  workers:2
```

## Use instead

```yaml
version: 1
server:
  workers: 2
```
"""

from assembler.diagnostics.codes import MISSING_SPACE
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(MISSING_SPACE)
