"""Refuse a reference to a module that is not there.

## What it does

Reports an object reference whose module, or a package above it, is found neither in the project nor
among what is installed here. It is looked for as Python would, in the current directory, in
`pythonpath` of `[tool.assembler]` and in Python's own path; nothing is imported. In a step with
`on_error: skip`, or one that is decided at run, it is a warning.

## Why is this bad

The step fails when it is reached, and the app does not start.

## Example

```yaml
version: 1
extensions:
  - shop.ext_mial
```

```python shop/ext_mail.py
def init_app(app):
    app.extensions["mail"] = object()
```

## Use instead

```yaml
version: 1
extensions:
  - shop.ext_mail
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import MODULE_NOT_FOUND
from assembler.linting.facts.named_objects import iter_reference_faults
from assembler.linting.rules.form import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE"]


def check_modules(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report each reference whose module is not there; reads the files of the others."""
    return iter_reference_faults(facts.resolved_objects, MODULE_NOT_FOUND)


RULE = Rule(MODULE_NOT_FOUND, check_profile=check_modules)
