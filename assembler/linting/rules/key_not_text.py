"""Refuse a key that is not a text.

## What it does

Reports a key that YAML reads as a number, a boolean or null because it has no quotes, and one that
is a list or a mapping.

## Why is this bad

Keys that look different become the same one: `1`, `1.0` and `true` are one key to Python. Whoever
looks for the text `"404"` does not find the number 404.

## Example

```yaml
version: 1
config:
  - use: values
    with:
      ERROR_TEXTS:
        404: There is no such article.
```

## Use instead

```yaml
version: 1
config:
  - use: values
    with:
      ERROR_TEXTS:
        "404": There is no such article.
```
"""

from assembler.diagnostics.codes import KEY_NOT_TEXT
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(KEY_NOT_TEXT)
