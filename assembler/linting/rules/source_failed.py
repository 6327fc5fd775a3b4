"""Stop where a config source raises, or cannot give its values.

## What it does

Reports what went wrong in a source while the app was assembled: the exception that code of the
project raised, with its place, or what keeps a source of ours from giving a mapping.

## Why is this bad

Without its values the app would run on the defaults of whatever reads them.

## Example

```python shop/settings.py
def load_region(region):
    servers = {"eu": "mail.eu.example.org"}
    return {"MAIL_SERVER": servers[region]}
```

```yaml
version: 1
config:
  - use: shop.settings:load_region
    with: {region: us}
```

```console
$ assembler flask profiles/web.yaml routes
```

## Use instead

```yaml
version: 1
config:
  - use: shop.settings:load_region
    with: {region: eu}
```

```console
$ assembler flask profiles/web.yaml routes
```
"""

from assembler.diagnostics.codes import SOURCE_FAILED
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(SOURCE_FAILED)
