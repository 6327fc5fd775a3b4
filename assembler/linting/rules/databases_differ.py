"""Find a profile that uses another database than the web profile of the same app.

## What it does

Compares `SQLALCHEMY_DATABASE_URI`, or the `url` of the step `database`, of the profiles of one
folder that belong to one app: each with the role `worker`, `beat`, `job` or `migrations` with those
of the role `web`. Reports one whose database none of these has.

The URLs are compared as they are written, before the environment has its say, and without driver,
user, password and options. Where one comes from elsewhere, such as a settings class, nothing is
said; nor where a variable's name says that the way is another on purpose (`DIRECT_DATABASE_URL`,
`DATABASE_OWNER_URL`, `REPLICA_URL`).

Profiles are of one app where the same `import_name`, or the same module of `app.use`, names it.

## Why is this bad

The worker does not find what the web process has stored, or the migrations change a database that
nobody uses. Nothing fails: the rows are just somewhere else.

## Example

```yaml profiles/web.yaml
version: 1
config:
  - use: values
    with: {SQLALCHEMY_DATABASE_URI: "${DATABASE_URL:-sqlite:///shop.db}"}
extensions: [database]
```

```yaml profiles/worker.yaml
version: 1
role: worker
config:
  - use: values
    with: {SQLALCHEMY_DATABASE_URI: "${SHOP_DATABASE:-sqlite:///shop.db}"}
extensions: [database]
```

## Use instead

```yaml profiles/base.yaml
version: 1
abstract: true
config:
  - use: values
    with: {SQLALCHEMY_DATABASE_URI: "${DATABASE_URL:-sqlite:///shop.db}"}
extensions: [database]
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

from assembler.diagnostics.codes import DATABASES_DIFFER
from assembler.linting.facts.service_url import Use, report_strangers
from assembler.linting.rules.form import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import FolderFacts

__all__ = ["RULE"]


def check_databases_differ(facts: FolderFacts) -> Iterator[Diagnostic]:
    """Report each profile whose database no web profile of its app has."""
    for family in facts.families:
        webs = (Use(one, one.database) for one in family.webs)
        others = (Use(one, one.database) for one in family.others)
        yield from report_strangers(DATABASES_DIFFER, "database", webs, others)


RULE = Rule(DATABASES_DIFFER, check_folder=check_databases_differ)
