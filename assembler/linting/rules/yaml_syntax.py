"""Refuse a file that is not YAML.

## What it does

Reports the first place where the text cannot be read as YAML 1.2: a quote or bracket that is never
closed, a wrong indentation, a text that starts with a character that YAML keeps for itself, an
alias without its anchor, an anchor without a value, a `%` directive. What stands before that place
is still checked.

## Why is this bad

Nothing behind the place can be told. A reader that guesses would run something else than what was
written.

## Example

```yaml
version: 1
description: The shop: catalogue, basket and till.
```

## Use instead

```yaml
version: 1
description: "The shop: catalogue, basket and till."
```
"""

from assembler.diagnostics.codes import YAML_SYNTAX
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(YAML_SYNTAX)
