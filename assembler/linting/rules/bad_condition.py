"""Refuse a `when` that is no condition.

## What it does

Reports what is neither a boolean, nor exactly one `${…}`, nor a mapping with one of `$config`,
`debug`, `installed`, `equals`, `not`, `all` and `any` that is written as it should be; also the
`$config` of a patch, which comes before config.

## Why is this bad

Any text would count as true: `when: BEHIND_PROXY` would always run the step, whatever the variable
of that name says.

## Example

```yaml
version: 1
extensions:
  - use: proxy_fix
    when: BEHIND_PROXY
```

## Use instead

```yaml
version: 1
extensions:
  - use: proxy_fix
    when: ${BEHIND_PROXY:-}
```
"""

from assembler.diagnostics.codes import BAD_CONDITION
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(BAD_CONDITION)
