"""Refuse a base that is not there, or is not a file.

## What it does

Looks up every path of `extends`, relative to the file that says it, and reports the one that does
not exist or is a folder. Where a file beside it has nearly that name, the hint gives it.

## Why is this bad

What the base would have said is missing: patches, config, extensions. A profile that is half a
profile must not be served.

## Example

```yaml profiles/base.yaml
version: 1
abstract: true
extensions: [logging]
```

```yaml
extends: bsae.yaml
server: {workers: 2}
```

## Use instead

```yaml
extends: base.yaml
server: {workers: 2}
```
"""

from assembler.diagnostics.codes import EXTENDS_MISSING
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(EXTENDS_MISSING)
