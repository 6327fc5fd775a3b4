"""Refuse a `$…` mapping where none can stand, or not this one.

## What it does

Reports references outside of `with` and `init`, one in the place of all options at once, and one
that cannot be answered there: any in a patch, `$step` outside of extensions, `$config` and `$app`
in `app`, where there is no app yet, and all but `$import` and `$file` in `server`.

## Why is this bad

What it names is not known when the value is needed.

## Example

```yaml
version: 1
debug: {$config: SHOP_DEBUG}
```

## Use instead

```yaml
version: 1
debug: ${SHOP_DEBUG:-false}
```
"""

from assembler.diagnostics.codes import REFERENCE_NOT_HERE
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(REFERENCE_NOT_HERE)
