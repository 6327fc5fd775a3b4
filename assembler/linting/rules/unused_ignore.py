"""Find a comment that silences nothing.

## What it does

Warns of `# assembler: ignore[name]` on a line where the rule finds nothing, and of `ignore-file[…]`
in a file where it does not. One that names a rule which is off is left alone.

## Why is this bad

What it was for is gone, and it will silence the next finding, which nobody has looked at.

## Example

```yaml
version: 1
config:
  - use: values
    with:
      COUNTRY: "no"  # assembler: ignore[boolean-word] the country, not the boolean
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

from assembler.diagnostics.codes import UNUSED_IGNORE
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(UNUSED_IGNORE)
