"""Refuse an address that cannot be bound to.

## What it does

Reports a text of `server.bind` that is neither HOST:PORT, [IPV6]:PORT nor unix:PATH, and, when the
app is served, an address that this machine does not have or may not use.

## Why is this bad

The server cannot start.

## Example

```yaml
version: 1
server:
  bind: http://127.0.0.1:8000
```

## Use instead

```yaml
version: 1
server:
  bind: 127.0.0.1:8000
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import WRONG_BIND
from assembler.diagnostics.diagnostic import Collector
from assembler.linting.rules.form import Rule
from assembler.serving.choice import parse_binds

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE", "check_addresses"]


def check_addresses(facts: ProfileFacts) -> Iterable[Diagnostic]:
    """Report each text that is no address."""
    if "bind" not in facts.profile.server.node.entries:
        return ()
    found = Collector()
    parse_binds(facts.profile, found)
    return found.found


RULE = Rule(WRONG_BIND, check_profile=check_addresses)
