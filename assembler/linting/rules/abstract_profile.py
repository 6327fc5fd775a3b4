"""Refuse to run a profile that is there to be extended.

## What it does

Reports a profile with `abstract: true` that is named to be run, planned or shown. Linting it is
fine: then it is checked with everything that extends it.

## Why is this bad

Such a base may lack what its children supply. What would run is half an app.

## Example

```yaml profiles/base.yaml
version: 1
abstract: true
extensions: [logging]
```

```console
$ assembler plan profiles/base.yaml
```

## Use instead

```yaml
extends: base.yaml
extensions: [proxy_fix]
```

```console
$ assembler plan profiles/web.yaml
```
"""

from assembler.diagnostics.codes import ABSTRACT_PROFILE
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(ABSTRACT_PROFILE)
