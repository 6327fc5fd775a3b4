"""Refuse an `as` that does not fit the object, and an object that nothing fits.

## What it does

Reports a step whose object cannot be used as the step says: `as: blueprint` on what is no
blueprint, `as: extension` on a class without `init_app`, a module without `init_app` where nothing
says what to do with it, an adapter that does not exist. Where the object's source does not settle
what it is, nothing is said.

## Why is this bad

The step fails when it is reached, and the app does not start.

## Example

```yaml
version: 1
extensions:
  - use: shop.pages:create_pages
    as: blueprint
```

```python shop/pages.py
from flask import Blueprint


def create_pages():
    return Blueprint("pages", __name__)


pages = create_pages()
```

## Use instead

Name the blueprint and not what makes it. What it is then needs no `as`.

```yaml
version: 1
extensions:
  - use: shop.pages:pages
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import WRONG_ADAPTER
from assembler.linting.rules.form import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE"]


def check_wrong_adapter(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report each object that is used as what it is not; reads the files of the modules."""
    return (found for found in facts.misuses if found.code == WRONG_ADAPTER.number)


RULE = Rule(WRONG_ADAPTER, check_profile=check_wrong_adapter)
