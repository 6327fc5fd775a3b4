"""Refuse gunicorn's `preload_app` with gevent.

## What it does

Reports `preload_app` among gunicorn's settings of a profile that gevent patches; running under a
plain `gunicorn --preload` is refused for the same reason.

## Why is this bad

With it gunicorn's master loads the app, and gevent patches each worker after the fork: too late for
`ssl`, which then ends in endless recursion at the first request that makes a connection.

## Example

```yaml
version: 1
patches:
  - gevent
server:
  bind: 0.0.0.0:8000
  with: {preload_app: true}
```

## Use instead

```yaml
version: 1
patches:
  - gevent
server:
  bind: 0.0.0.0:8000
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import PRELOAD_WITH_GEVENT
from assembler.linting.facts.setting_faults import find_preload_faults
from assembler.linting.rules.form import Rule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE", "check_preload"]


def check_preload(facts: ProfileFacts) -> Iterable[Diagnostic]:
    """Report ``preload_app`` where gevent is to patch gunicorn's workers."""
    return find_preload_faults(facts.plan) if facts.plan.patches else ()


RULE = Rule(PRELOAD_WITH_GEVENT, check_profile=check_preload)
