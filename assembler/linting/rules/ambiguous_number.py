"""Refuse a number that is not what the eye reads.

## What it does

Reports values without quotes that start with a zero, as `0755`, decimals whose last zero is lost,
as `3.10` (`1.0` is fine), numbers with underscores or in binary, as `1_000` and `0b11`, and those
of which nothing is left but infinity or zero, as `12e4567`.

## Why is this bad

`0755` is 755 to one reader and 493 to another, `1_000` a text to one and a number to another.
`3.10` is the number 3.1: a version or an article number loses its last digit. `12e4567` is the
start of a hash to the eye, and infinity to YAML.

## Example

```yaml
version: 1
config:
  - use: values
    with:
      API_VERSION: 3.10
      UPLOAD_MODE: 0755
```

## Use instead

```yaml
version: 1
config:
  - use: values
    with:
      API_VERSION: "3.10"
      UPLOAD_MODE: 0o755
```
"""

from assembler.diagnostics.codes import AMBIGUOUS_NUMBER
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(AMBIGUOUS_NUMBER)
