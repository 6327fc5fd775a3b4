"""Refuse an `$app` that names an attribute which the app does not have.

## What it does

Reports `{$app: attribute.path}` where the Flask object, or what a part of the path leads to, has no
such attribute when the step is reached. An earlier step may have set it.

## Why is this bad

There is no value for the option, and the app does not start.

## Example

```yaml
version: 1
config:
  - use: values
    with:
      UPLOADS: {$app: instance_pth}
```

```console
$ assembler flask profiles/web.yaml routes
```

## Use instead

```yaml
version: 1
config:
  - use: values
    with:
      UPLOADS: {$app: instance_path}
```

```console
$ assembler flask profiles/web.yaml routes
```
"""

from assembler.diagnostics.codes import APP_ATTRIBUTE_MISSING
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(APP_ATTRIBUTE_MISSING)
