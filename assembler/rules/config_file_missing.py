"""Refuse a config file, or a folder of secrets, that is not there.

## What it does

Reports the path of a `file`, `dotenv` or `secrets` source that does not exist. The path is relative
to the profile's file, or to what `relative_to` says; the current directory has no part in it.

## Why is this bad

The app would run without the values, and without a word about it. A file that may be missing is
`optional: true`.

## Example

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

from assembler.codes import CONFIG_FILE_MISSING
from assembler.rule import Rule

__all__ = ["RULE"]

RULE = Rule(CONFIG_FILE_MISSING)
