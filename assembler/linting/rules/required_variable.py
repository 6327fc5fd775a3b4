"""Refuse to run without a variable that the profile requires.

## What it does

Reports a `${NAME:?message}` or `${NAME?message}` whose variable is not set (or empty, for the form
with the colon), with its message. As with other variables, `assembler lint` says it only with
`--env`.

## Why is this bad

The author of the profile said that there is no sensible default, and the message says what to do.

## Example

```yaml
version: 1
config:
  - use: values
    with:
      MAIL_SERVER: ${SHOP_MAIL_SERVER:?say which server takes our mail}
```

```console
$ assembler lint --env profiles/web.yaml
```

## Use instead

Set the variable.

```console
$ SHOP_MAIL_SERVER=mail.example.org assembler lint --env profiles/web.yaml
```
"""

from assembler.diagnostics.codes import REQUIRED_VARIABLE
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(REQUIRED_VARIABLE)
