"""Refuse a config source that is not known.

## What it does

Reports a step of `config` whose `use` is a name, not an object reference, and not the name of a
source. `assembler catalog` lists them.

## Why is this bad

What the source would set is missing from the app's config.

## Example

```yaml
version: 1
config:
  - use: environ
    with: {prefix: SHOP}
```

## Use instead

```yaml
version: 1
config:
  - use: env
    with: {prefix: SHOP}
```
"""

from assembler.diagnostics.codes import UNKNOWN_SOURCE
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(UNKNOWN_SOURCE)
