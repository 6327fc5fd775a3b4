"""Refuse a config source that gives something else than a mapping.

## What it does

Reports a callable that returned no mapping, and a `target` or `choose` that is no class, module or
mapping of the kind its source reads.

## Why is this bad

There are no keys to put into the app's config. Usually the reference names the wrong object.

## Example

```python shop/settings.py
def load_servers():
    return ["mail.example.org"]


def load_mail():
    return {"MAIL_SERVER": "mail.example.org"}
```

```yaml
version: 1
config:
  - use: shop.settings:load_servers
```

```console
$ assembler flask profiles/web.yaml routes
```

## Use instead

```yaml
version: 1
config:
  - use: shop.settings:load_mail
```

```console
$ assembler flask profiles/web.yaml routes
```
"""

from assembler.diagnostics.codes import CONFIG_NOT_A_MAPPING
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(CONFIG_NOT_A_MAPPING)
