"""Refuse a config file that cannot be read as what its suffix says.

## What it does

Reports a file that is not the TOML, JSON, YAML, Python or dotenv that its name ends in, with the
line and column where reading it failed.

## Why is this bad

Its values are not known, so the app cannot be what the profile says.

## Example

```toml profiles/settings/shop.toml
MAIL_SERVER = mail.example.org
```

```yaml
version: 1
config:
  - use: file
    with: {path: settings/shop.toml}
```

```console
$ assembler flask profiles/web.yaml routes
```

## Use instead

```toml profiles/settings/shop.toml
MAIL_SERVER = "mail.example.org"
```

```console
$ assembler flask profiles/web.yaml routes
```
"""

from assembler.diagnostics.codes import CONFIG_FILE_BROKEN
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(CONFIG_FILE_BROKEN)
