"""Refuse a number that is not what the eye reads.

## What it does

Reports numbers without quotes that start with a zero, as `0755`, and decimals whose last zero is
lost, as `3.10`; `1.0` is fine.

## Why is this bad

`0755` is 755 to one reader and 493 to another. `3.10` is the number 3.1: of a version or an article
number its last digit is lost.

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

from assembler.codes import AMBIGUOUS_NUMBER
from assembler.rule import Rule

__all__ = ["RULE"]

RULE = Rule(AMBIGUOUS_NUMBER)
