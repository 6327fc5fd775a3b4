"""Refuse a module that cannot be imported.

## What it does

Reports a reference to a module that raises while it is imported. Without importing it, three
reasons are seen: its source, or that of a package above it, is no Python; it imports, at the top
and whatever happens, a module that is not there; or a name that a module of the project does not
have, and that nothing beside it may give it. The modules of the project that it imports are looked
through for the last two as well, and what those import, and so on. Behind whatever may change where
modules are found, as `sys.path.append(…)` does, none is said to be missing. In a step with
`on_error: skip`, or one that is decided at run, it is a warning.

## Why is this bad

The step fails when it is reached, and the app does not start.

## Example

```yaml
version: 1
extensions:
  - shop.ext_mail
```

```python shop/ext_mail.py
from shop.mail_settings import SENDER


def init_app(app):
    app.config["MAIL_SENDER"] = SENDER
```

## Use instead

```python shop/mail_settings.py
SENDER = "shop@example.org"
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import IMPORT_FAILED
from assembler.linting.facts.named_objects import iter_reference_faults
from assembler.linting.rules.form import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE"]


def check_imports(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report each reference whose module cannot be imported; reads the modules' files."""
    return iter_reference_faults(facts.resolved_objects, IMPORT_FAILED)


RULE = Rule(IMPORT_FAILED, check_profile=check_imports)
