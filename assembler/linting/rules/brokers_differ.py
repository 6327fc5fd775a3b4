"""Find a worker that uses another broker than the web profile of the same app.

## What it does

Compares the broker of the profiles of one folder that belong to one app: `broker_url` in `CELERY`,
`CELERY_BROKER_URL` or `BROKER_URL`, and where neither says one, `REDIS_URL`. Reports a profile with
the role `worker`, `beat` or `job` whose broker no profile of the role `web` has.

The URLs are compared as they are written, before the environment has its say, and without user,
password and options. Where one comes from elsewhere, such as a settings class, nothing is said.

Profiles are of one app where the same `import_name`, or the same module of `app.use`, names it.

## Why is this bad

What the web process queues is never worked off: the worker waits at another queue, and neither says
a word.

## Example

```yaml profiles/web.yaml
version: 1
config:
  - use: values
    with: {CELERY_BROKER_URL: "redis://redis:6379/0"}
```

```yaml profiles/worker.yaml
version: 1
role: worker
config:
  - use: values
    with: {CELERY_BROKER_URL: "redis://redis:6379/1"}
```

## Use instead

```yaml profiles/base.yaml
version: 1
abstract: true
config:
  - use: values
    with: {CELERY_BROKER_URL: "redis://redis:6379/0"}
```

```yaml profiles/web.yaml
version: 1
extends: base.yaml
```

```yaml profiles/worker.yaml
version: 1
extends: base.yaml
role: worker
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import BROKERS_DIFFER
from assembler.linting.facts.service_url import Use, report_strangers
from assembler.linting.rules.form import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import FolderFacts
    from assembler.linting.facts.profile_summary import ProfileSummary

__all__ = ["RULE"]


def check_brokers_differ(facts: FolderFacts) -> Iterator[Diagnostic]:
    """Report each profile whose broker no web profile of its app has."""
    for family in facts.families:
        others = [one for one in family.others if one.role != "migrations"]
        # The same Redis holds caches and sessions too, which a role may have for itself.
        has_broker = any(
            one.broker is not None and one.broker.text for one in (*family.webs, *others)
        )
        yield from report_strangers(
            BROKERS_DIFFER,
            "broker",
            [_find_use(one, has_broker=has_broker) for one in family.webs],
            [_find_use(one, has_broker=has_broker) for one in others],
        )


def _find_use(summary: ProfileSummary, *, has_broker: bool) -> Use:
    return Use(summary, summary.broker if has_broker else summary.redis)


RULE = Rule(BROKERS_DIFFER, check_folder=check_brokers_differ)
