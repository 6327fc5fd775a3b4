"""Refuse a server without the patch that it needs.

## What it does

Reports `server.use: gevent` where the patch `gevent` is not in the list, or is skipped. gunicorn
needs no such care: its workers follow from `patches`.

## Why is this bad

gevent's server answers many requests in one thread. In a process that is not patched the first one
that waits for a database or another service stops all others.

## Example

```yaml
version: 1
server:
  use: gevent
  bind: 0.0.0.0:8000
```

## Use instead

```yaml
version: 1
patches:
  - gevent
server:
  use: gevent
  bind: 0.0.0.0:8000
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import SERVER_NEEDS_PATCH
from assembler.linting.rules.form import Rule
from assembler.serving.choice import find_server_need

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE", "check_server"]


def check_server(facts: ProfileFacts) -> Iterable[Diagnostic]:
    """Report a server whose patch is not applied."""
    need = find_server_need(facts.plan, facts.profile.server.use or "")
    return () if need is None or facts.has_unknown_patch else (need,)


RULE = Rule(SERVER_NEEDS_PATCH, check_profile=check_server)
