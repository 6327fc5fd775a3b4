r"""Refuse a file that is not UTF-8.

## What it does

Reports the first byte that is not UTF-8, and a file that is UTF-16 or UTF-32. A byte order mark at
the start is fine.

## Why is this bad

Which character a byte means then depends on who reads the file: the same name is right on one
machine and garbled on another.

## Example

The shop is called Café, saved as Latin-1:

```console
$ mkdir profiles
$ printf 'version: 1\ndescription: Caf\351\n' > profiles/web.yaml
$ assembler lint
```

## Use instead

The same in UTF-8:

```yaml
version: 1
description: Café
```
"""

from assembler.diagnostics.codes import ENCODING
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(ENCODING)
