"""Find times without quotes that some read as numbers.

## What it does

Warns of values and keys such as `8:30` and `1:30:00`: digits and colons, without quotes and without
a zero in front.

## Why is this bad

It is a text here, as YAML 1.2 has it. YAML 1.1 takes it for a number in base 60: `8:30` is 510
there.

## Example

```yaml
version: 1
config:
  - use: values
    with:
      OPENS_AT: 8:30
```

## Use instead

```yaml
version: 1
config:
  - use: values
    with:
      OPENS_AT: "8:30"
```
"""

from assembler.diagnostics.codes import SEXAGESIMAL
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(SEXAGESIMAL)
