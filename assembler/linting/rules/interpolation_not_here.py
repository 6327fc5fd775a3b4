"""Refuse a `${VARIABLE}` where the environment has no say.

## What it does

Reports a `${` in a key, and in what names code or gives the profile its shape: `version`, `name`,
`role`, `extends`, `use`, `as`, `after`, `before`, `$import`, `$call`, and options that name an
object.

## Why is this bad

Whoever sets a variable of the process could choose which code it runs, and no check before that
could tell what it will be.

## Example

```yaml
version: 1
config:
  - use: object
    with:
      target: shop.settings:${SHOP_MODE:-Production}
```

## Use instead

Name what may be chosen in code, and let the text only choose between them: here the caller says
which, as in `create_app(profile, config="production")`.

```python shop/settings.py
class Development:
    TESTING = True


class Production:
    TESTING = False


CONFIGS = {"development": Development, "production": Production}
```

```yaml
version: 1
config:
  - use: argument
    with:
      choose: shop.settings:CONFIGS
      default: production
```
"""

from assembler.diagnostics.codes import INTERPOLATION_NOT_HERE
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(INTERPOLATION_NOT_HERE)
