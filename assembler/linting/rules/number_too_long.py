r"""Refuse a number of more than 500 characters.

## What it does

Reports a value without quotes that has only a number's characters, and more than 500 of them.

## Why is this bad

Reading and printing such a number takes very long; Python refuses it from a few thousand digits on.
It is most often a key or an identifier that should be a text.

## Example

```console
$ mkdir profiles
$ printf 'version: 1\nconfig:\n- use: values\n  with:\n    LICENCE: ' > profiles/web.yaml
$ python -c 'print("3141" * 150)' >> profiles/web.yaml
$ assembler lint
```

## Use instead

```yaml
version: 1
config:
  - use: values
    with:
      LICENCE: "3141314131413141"
```
"""

from assembler.diagnostics.codes import NUMBER_TOO_LONG
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(NUMBER_TOO_LONG)
