"""Refuse a setting that the server does not have.

## What it does

Reports a key of `server.with` that is no setting of the server that the profile is served with:
gunicorn's by the names of its own configuration, `spawn`, `stop_timeout` and the like for gevent
and Werkzeug. Which server that is follows from `server.use`, else from `debug`.

## Why is this bad

The server would go on with its default, and the setting that somebody relied on is not in force.
`assembler run` refuses such a profile.

## Example

```yaml
version: 1
server:
  bind: 0.0.0.0:8000
  with: {gracefull_timeout: 30}
```

## Use instead

```yaml
version: 1
server:
  bind: 0.0.0.0:8000
  with: {graceful_timeout: 30}
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import UNKNOWN_SERVER_SETTING
from assembler.linting.facts.setting_faults import find_unknown_settings
from assembler.linting.rules.form import Rule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE", "check_setting_names"]


def check_setting_names(facts: ProfileFacts) -> Iterable[Diagnostic]:
    """Report the settings that the server does not have."""
    return find_unknown_settings(facts.plan) if "with" in facts.profile.server.node.entries else ()


RULE = Rule(UNKNOWN_SERVER_SETTING, check_profile=check_setting_names)
