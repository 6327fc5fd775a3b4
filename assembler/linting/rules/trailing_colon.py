"""Refuse a colon behind the name of a step.

## What it does

Reports an item of `patches`, `config` or `extensions` that is only a name and a colon, and a
`module:attribute` with a colon behind it in any list. The rest of the profile is checked as if the
colon were not there.

## Why is this bad

To YAML it is a key without a value, not a name: a mapping that says nothing of what to use.

## Example

```yaml
version: 1
extensions:
  - proxy_fix:
```

## Use instead

```yaml
version: 1
extensions:
  - proxy_fix
```
"""

from assembler.diagnostics.codes import TRAILING_COLON
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(TRAILING_COLON)
