r"""Refuse characters that cannot be seen.

## What it does

Reports no-break spaces, zero-width characters, byte order marks, and those that turn the direction
of writing, wherever they stand outside of quotes and comments, and in keys inside of quotes too.
Line breaks that editors do not show as such are reported anywhere in a file.

## Why is this bad

Two keys that look the same are not, and a name that reads right is not found. Such characters come
with texts copied from web pages and chats.

## Example

A zero-width space behind the key:

```console
$ mkdir profiles
$ printf 'version: 1\nserver:\n  workers\342\200\213: 2\n' > profiles/web.yaml
$ assembler lint
```

## Use instead

```yaml
version: 1
server:
  workers: 2
```
"""

from assembler.diagnostics.codes import INVISIBLE_CHARACTER
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(INVISIBLE_CHARACTER)
