"""Refuse a `$config` reference to a key that config does not have.

## What it does

Reports `{$config: KEY}` among a step's options when the step is reached and no source has set the
key. In `when` a missing key is false, and no error.

## Why is this bad

The option would have no value. Most often the key is misspelt, or its source comes later.

## Example

```yaml
version: 1
config:
  - use: values
    with: {PROBE_PATH: /status}
extensions:
  - use: health
    with:
      url_prefix: {$config: PROBES_AT}
```

```console
$ assembler flask profiles/web.yaml routes
```

## Use instead

```yaml
version: 1
config:
  - use: values
    with: {PROBE_PATH: /status}
extensions:
  - use: health
    with:
      url_prefix: {$config: PROBE_PATH}
```

```console
$ assembler flask profiles/web.yaml routes
```
"""

from assembler.diagnostics.codes import CONFIG_KEY_MISSING
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(CONFIG_KEY_MISSING)
