"""Refuse steps in an order that their constraints rule out.

## What it does

Reports a step that does not stand on the side of another that its `after` or `before` asks for, and
a catalogue step that stands before one it builds on, as `migrate` builds on `database`. The order
written is the order carried out: nothing is moved.

## Why is this bad

The step would not find what an earlier one makes, or would find it half done, and the app fails at
boot or, worse, at a request.

## Example

```yaml
version: 1
extensions:
  - migrate
  - database
```

## Use instead

```yaml
version: 1
extensions:
  - database
  - migrate
```
"""

from assembler.diagnostics.codes import ORDER_BROKEN
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(ORDER_BROKEN)
