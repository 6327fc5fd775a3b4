r"""Refuse nesting of more than 100 levels.

## What it does

Reports the first list or mapping that stands more than 100 levels deep, what aliases stand for
counted as well. The rest of the file is not looked at.

## Why is this bad

Nobody writes such a file by hand. Other readers of YAML crash on deep nesting, some with the whole
process.

## Example

```console
$ mkdir profiles
$ printf 'version: 1\nconfig:\n- use: values\n  with:\n    MENU: ' > profiles/web.yaml
$ python -c 'print("[" * 200 + "tea" + "]" * 200)' >> profiles/web.yaml
$ assembler lint
```

## Use instead

```yaml
version: 1
config:
  - use: values
    with:
      MENU: [[tea, coffee], [cake]]
```
"""

from assembler.diagnostics.codes import NESTED_TOO_DEEP
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(NESTED_TOO_DEEP)
