"""Refuse a profile that is no file, or that may not be read.

## What it does

Reports a folder, a pipe or a device where one profile is asked for, a file whose permissions keep
it from being read, and links that lead in a circle.

## Why is this bad

Nothing of it can be checked or run.

## Example

```yaml
version: 1
```

```console
$ ln -s old.yaml profiles/old.yaml
$ assembler lint
```

## Use instead

```console
$ rm profiles/old.yaml
$ assembler lint
```
"""

from assembler.diagnostics.codes import FILE_UNREADABLE
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(FILE_UNREADABLE)
