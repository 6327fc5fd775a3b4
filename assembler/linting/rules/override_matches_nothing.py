"""Refuse an overlay's step that changes a step that is not there.

## What it does

Reports a step of an overlay that has a `name` but no `use`, where no step of the bases has that
name. Where one has nearly that name, the hint gives it.

## Why is this bad

A step without `use` is there to change one of the bases. The one that was meant stays as it is, so
that the change is not in force.

## Example

```yaml profiles/base.yaml
version: 1
abstract: true
extensions:
  - use: health
    name: probes
```

```yaml
extends: base.yaml
extensions:
  - name: porbes
    with: {url_prefix: /status}
```

## Use instead

```yaml
extends: base.yaml
extensions:
  - name: probes
    with: {url_prefix: /status}
```
"""

from assembler.diagnostics.codes import OVERRIDE_MATCHES_NOTHING
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(OVERRIDE_MATCHES_NOTHING)
