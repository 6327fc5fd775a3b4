"""Find yes, no, on and off without quotes.

## What it does

Warns of the words `yes`, `no`, `on` and `off` as values and keys, in lower case, upper case or with
a capital. Where the schema wants a boolean they are taken as one all the same.

## Why is this bad

They are texts in YAML 1.2 and booleans in YAML 1.1, which many tools still read: for them the
country code of Norway is false.

## Example

```yaml
version: 1
config:
  - use: values
    with:
      COUNTRY: no
```

## Use instead

```yaml
version: 1
config:
  - use: values
    with:
      COUNTRY: "no"
```
"""

from assembler.diagnostics.codes import BOOLEAN_WORD
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(BOOLEAN_WORD)
