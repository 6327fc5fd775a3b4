"""Refuse to start where nothing says which profile is meant.

## What it does

Reports that `ASSEMBLER_PROFILE` is not set, where a server or the `flask` command loads
`assembler.wsgi:app`, and no default is given.

## Why is this bad

A process that picks a profile by itself serves something else than was meant.

## Example

```yaml
version: 1
extensions: [health]
```

```console
$ python -m flask --app assembler.wsgi routes
```

## Use instead

```console
$ ASSEMBLER_PROFILE=profiles/web.yaml python -m flask --app assembler.wsgi routes
```
"""

from assembler.diagnostics.codes import PROFILE_NOT_NAMED
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(PROFILE_NOT_NAMED)
