"""Refuse a base outside of the project.

## What it does

Reports a path of `extends` that leads out of the project's root: the folder of the policy file, or
of the profile where there is none. Links are followed before that is decided.

## Why is this bad

Whoever may write to that other place decides what this app loads and runs. What is reviewed and
deployed with the project would no longer be all of it.

## Example

```yaml
version: 1
extends: ../../shared/base.yaml
extensions: [proxy_fix]
```

## Use instead

```yaml profiles/base.yaml
version: 1
abstract: true
extensions: [logging]
```

```yaml
extends: base.yaml
extensions: [proxy_fix]
```
"""

from assembler.diagnostics.codes import EXTENDS_OUTSIDE_ROOT
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(EXTENDS_OUTSIDE_ROOT)
