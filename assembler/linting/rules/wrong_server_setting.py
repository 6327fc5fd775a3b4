"""Refuse a value that the server does not take, and a setting that is a profile's own key.

## What it does

Reports a value of `server.with` that the server's own checks refuse, as far as the text shows it,
and those settings of gunicorn's that have another place in a profile, or none: `bind`, `workers`,
`worker_class`, `wsgi_app` and a few others. A hook or a class is named by `$import`, so that the
policy is asked about it; how many arguments a hook takes is read off its source. Whether a file or
a user exists is only known when it runs.

## Why is this bad

`assembler run` refuses such a profile: a server with half of its settings is not what was asked
for.

## Example

```yaml
version: 1
server:
  bind: 0.0.0.0:8000
  with:
    timeout: 30s
    worker_class: gthread
    post_fork: shop.hooks.post_fork
```

## Use instead

```yaml
version: 1
server:
  bind: 0.0.0.0:8000
  with:
    timeout: 30
    post_fork: {$import: "shop.hooks:post_fork"}
```

```python shop/hooks.py
def post_fork(arbiter, worker):
    worker.log.info("worker %s of the shop", worker.age)
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import WRONG_SERVER_SETTING
from assembler.linting.facts.setting_faults import find_wrong_settings
from assembler.linting.rules.form import Rule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE", "check_setting_values"]


def check_setting_values(facts: ProfileFacts) -> Iterable[Diagnostic]:
    """Report the values that the server does not take."""
    if "with" not in facts.profile.server.node.entries:
        return ()
    return find_wrong_settings(facts.plan, facts.modules)


RULE = Rule(WRONG_SERVER_SETTING, check_profile=check_setting_values)
