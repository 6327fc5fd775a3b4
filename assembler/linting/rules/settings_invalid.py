"""Refuse values that a settings class does not take.

## What it does

Reports, all at once, what a pydantic class or a pydantic-settings class of a `settings` source says
is wrong: a value of the wrong type, a field that nothing sets.

## Why is this bad

The class says what the app can work with. An app that starts anyway fails later, one value at a
time.

## Example

```python shop/settings.py
from pydantic import BaseModel


class Settings(BaseModel):
    basket_days: int
```

```yaml
version: 1
config:
  - use: values
    with: {BASKET_DAYS: a week}
  - use: settings
    with: {target: "shop.settings:Settings"}
```

```console
$ assembler flask profiles/web.yaml routes
```

## Use instead

```yaml
version: 1
config:
  - use: values
    with: {BASKET_DAYS: 7}
  - use: settings
    with: {target: "shop.settings:Settings"}
```

```console
$ assembler flask profiles/web.yaml routes
```
"""

from assembler.diagnostics.codes import SETTINGS_INVALID
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(SETTINGS_INVALID)
