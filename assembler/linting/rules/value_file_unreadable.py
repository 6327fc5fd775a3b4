"""Refuse a `$file` that cannot be read.

## What it does

Reports `{$file: path}` where there is no such file, this user may not read it, or it is not UTF-8.
The path is relative to the profile's file that says it. That shows when the step is reached:
linting does not look, since secrets are mounted where the app runs and nowhere else.

## Why is this bad

The value, most often a secret, is missing, and the app does not start.

## Example

```yaml
version: 1
extensions:
  - use: secret_key
    with:
      key: {$file: session-key.txt}
```

```console
$ assembler flask profiles/web.yaml routes
```

## Use instead

```console
$ python -c "import secrets; print(secrets.token_hex())" > profiles/session-key.txt
$ assembler flask profiles/web.yaml routes
```
"""

from assembler.diagnostics.codes import VALUE_FILE_UNREADABLE
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(VALUE_FILE_UNREADABLE)
