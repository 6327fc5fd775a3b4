"""Find a comment that may have been meant as part of a value.

## What it does

Warns of a `#` behind a value without quotes, with a space before it and none after it. A `#
comment` with a space is fine, and so is a `#` behind a quoted text or a bracket.

## Why is this bad

YAML ends the value there: of `pw: abc #def` only `abc` is left, without a word.

## Example

```yaml
version: 1
config:
  - use: values
    with:
      SITE_NAME: Corner shop #1
```

## Use instead

```yaml
version: 1
config:
  - use: values
    with:
      SITE_NAME: "Corner shop #1"
```
"""

from assembler.diagnostics.codes import SWALLOWED_COMMENT
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(SWALLOWED_COMMENT)
