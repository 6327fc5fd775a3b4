r"""Refuse a file of more than 1 MiB.

## What it does

Reports a file of more than 1,048,576 bytes. Nothing in it is looked at.

## Why is this bad

A profile is a page that a person reads. One so large holds data, or was made to keep whoever reads
it busy.

## Example

A price list in the profile:

```console
$ mkdir profiles
$ printf 'version: 1\nconfig:\n- use: values\n  with:\n    PRICES:\n' > profiles/web.yaml
$ yes '    - {article: tea, price: 3}' | head -n 40000 >> profiles/web.yaml
$ assembler lint
```

## Use instead

```yaml
version: 1
config:
  - use: values
    with:
      PRICE_LIST: prices.json
```
"""

from assembler.diagnostics.codes import FILE_TOO_LARGE
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(FILE_TOO_LARGE)
