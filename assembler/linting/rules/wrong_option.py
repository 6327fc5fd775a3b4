"""Refuse an option that the object does not take, and a call that lacks what it needs.

## What it does

Compares the options of a step, of the app and of a `$call` with the signature of what is called: a
function, the constructor of a class, its `init_app`. An adapter's own options are compared as well,
such as the `url_prefix` of a blueprint. Linting reads the signature off the source, and says
nothing where a decorator, a metaclass or a base that it cannot see may change it.

## Why is this bad

The call fails, and the app does not start.

## Example

```yaml
version: 1
extensions:
  - use: shop.mail:Mail
    with: {sendr: shop@example.org}
```

```python shop/mail.py
class Mail:
    def __init__(self, sender, timeout_seconds=5):
        self.sender = sender
        self.timeout_seconds = timeout_seconds

    def init_app(self, app):
        app.extensions["mail"] = self
```

## Use instead

```yaml
version: 1
extensions:
  - use: shop.mail:Mail
    with: {sender: shop@example.org}
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import WRONG_OPTION
from assembler.linting.rules.form import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE"]


def check_wrong_option(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report each call that does not fit its signature; reads the files of the modules."""
    return (found for found in facts.misuses if found.code == WRONG_OPTION.number)


RULE = Rule(WRONG_OPTION, check_profile=check_wrong_option)
