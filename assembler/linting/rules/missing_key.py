"""Refuse a profile that lacks what it must say.

## What it does

Reports a profile without `version`, a step without `use`, and a catalogue step, a config source or
a patch without an option that it needs. An abstract base is not asked for what its children may
supply.

## Why is this bad

There is nothing to take its place: the profile cannot be run.

## Example

```yaml
version: 1
config:
  - use: object
```

## Use instead

```yaml
version: 1
config:
  - use: object
    with:
      target: shop.settings:Production
```

```python shop/settings.py
class Production:
    MAIL_SERVER = "mail.example.org"
```
"""

from assembler.diagnostics.codes import MISSING_KEY
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(MISSING_KEY)
