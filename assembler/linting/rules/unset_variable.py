"""Refuse a `${VARIABLE}` that is not set and has no default.

## What it does

Reports every `${NAME}` that survives composing and that the environment does not have. That is an
error when a profile is run; `assembler lint` says it only with `--env`, since the environment of
whoever lints is seldom the one that serves.

## Why is this bad

The app would start with an empty text where an address or a key belongs, and fail later, in a place
that says nothing of the variable.

## Example

```yaml
version: 1
config:
  - use: values
    with:
      MAIL_SERVER: ${SHOP_MAIL_SERVER}
```

```console
$ assembler lint --env profiles/web.yaml
```

## Use instead

Give it a default, or set the variable.

```yaml
version: 1
config:
  - use: values
    with:
      MAIL_SERVER: ${SHOP_MAIL_SERVER:-localhost}
```

```console
$ assembler lint --env profiles/web.yaml
```
"""

from assembler.diagnostics.codes import UNSET_VARIABLE
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(UNSET_VARIABLE)
