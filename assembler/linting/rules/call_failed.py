"""Refuse a `$call` that raises, or that calls what cannot be called.

## What it does

Reports `{$call: …}` where the object cannot be called, or raises while it is. That it raises only
shows when the step is reached; that it cannot be called is seen in the source as well.

## Why is this bad

The step has no value for its option, and the app does not start.

## Example

```yaml
version: 1
config:
  - use: values
    with:
      SIZES: {$call: "shop.sizes:SIZES"}
```

```python shop/sizes.py
SIZES = ["small", "large"]
```

## Use instead

```yaml
version: 1
config:
  - use: values
    with:
      SIZES: {$import: "shop.sizes:SIZES"}
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import CALL_FAILED
from assembler.linting.rules.form import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE"]


def check_call_failed(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report each `$call` of what cannot be called; reads the files of the modules."""
    return (found for found in facts.misuses if found.code == CALL_FAILED.number)


RULE = Rule(CALL_FAILED, check_profile=check_call_failed)
