"""Refuse a step that uses a name the catalogue does not have.

## What it does

Reports a `use` of `extensions` that has neither a dot nor a colon, and so is a catalogue name, and
that the catalogue does not know. `assembler catalog` lists the names; an object of the project is
written `package.module:attribute`, and a module without a dot in its name with the colon alone,
`module:`.

## Why is this bad

Nothing says what the step should do, and the app does not start.

## Example

```yaml
version: 1
extensions:
  - databse
```

## Use instead

```yaml
version: 1
extensions:
  - database
```
"""

from assembler.diagnostics.codes import UNKNOWN_NAME
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(UNKNOWN_NAME)
