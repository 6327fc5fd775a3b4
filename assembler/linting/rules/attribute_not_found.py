"""Refuse a reference to something that its module does not have.

## What it does

Reports an object reference whose module is there and has no such name, nor such a submodule, as far
as the sources say. A name counts however it is bound, also below `if` and `try` and by
`from … import *`. Nothing is said where the module makes its names while it runs
(`__getattr__`, `globals()`), of instances, nor of what is not written in Python. Where another
module, or C code beside it, may give the module more names, as it is with `psycopg2.errors`, only a
misspelling of one that it has is reported. In a step with `on_error: skip`, or one that is decided
at run, it is a warning.

## Why is this bad

The step fails when it is reached, and the app does not start.

## Example

```yaml
version: 1
extensions:
  - use: shop.pages:pages
    with: {url_prefix: /pages}
```

```python shop/pages.py
from flask import Blueprint

blueprint = Blueprint("pages", __name__)
```

## Use instead

```yaml
version: 1
extensions:
  - use: shop.pages:blueprint
    with: {url_prefix: /pages}
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import ATTRIBUTE_NOT_FOUND
from assembler.linting.facts.named_objects import iter_reference_faults
from assembler.linting.rules.form import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE"]


def check_attributes(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report each reference whose module has no such name; reads the modules' files."""
    return iter_reference_faults(facts.resolved_objects, ATTRIBUTE_NOT_FOUND)


RULE = Rule(ATTRIBUTE_NOT_FOUND, check_profile=check_attributes)
