"""Refuse a second document in one file.

## What it does

Reports what follows the first document of a file: a further `---`, or anything behind `...`.

## Why is this bad

Some readers take the first document, some the last, some all of them. A profile is one file, and is
known by its name.

## Example

```yaml
version: 1
role: web
---
version: 1
role: worker
```

## Use instead

```yaml
version: 1
role: web
```

```yaml profiles/worker.yaml
version: 1
role: worker
```
"""

from assembler.diagnostics.codes import SEVERAL_DOCUMENTS
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(SEVERAL_DOCUMENTS)
