"""Refuse a path that leads to no profile.

## What it does

Reports a file that does not exist, a link that leads nowhere, a pattern that matches nothing, and a
folder without a `.yaml` or `.yml` file; also a profile that a `mount` step names and that is not
there.

## Why is this bad

A check that found nothing to check must not look like one that found nothing wrong.

## Example

```yaml
version: 1
```

```console
$ assembler lint profiles/wbe.yaml
```

## Use instead

```console
$ assembler lint profiles/web.yaml
```
"""

from assembler.diagnostics.codes import FILE_NOT_FOUND
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(FILE_NOT_FOUND)
