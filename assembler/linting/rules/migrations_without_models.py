"""Find a migrations profile that lacks the models that the web profile imports.

## What it does

Compares the profile with the role `migrations` with those of the role `web` of the same app and
folder that have the step `database`. Reports a module that all of these import for its models, and
the migrations do not: one of the step `imports` with `models` (or `model`, `entities`, `tables`,
`orm`) in its name, or the one whose instance they give to `database`, as
`db: {$import: "shop.models:db"}`.

Nothing is said of a migrations profile whose own file names other code of the project in its
extensions: that code may import the models. What the modules of a step `imports` import in their
turn is read off their sources, and counts.

## Why is this bad

`flask db migrate` compares the database with the models that are imported. Those that are not are
taken for removed, and the new revision drops their tables.

## Example

```yaml profiles/base.yaml
version: 1
abstract: true
config:
  - use: values
    with: {SQLALCHEMY_DATABASE_URI: "${DATABASE_URL}"}
extensions: [database]
```

```yaml profiles/web.yaml
version: 1
extends: base.yaml
extensions:
  - use: imports
    with: {modules: [shop.models]}
```

```yaml profiles/migrations.yaml
version: 1
extends: base.yaml
role: migrations
```

```python shop/models.py
class Product:
    pass
```

## Use instead

```yaml profiles/base.yaml
version: 1
abstract: true
config:
  - use: values
    with: {SQLALCHEMY_DATABASE_URI: "${DATABASE_URL}"}
extensions:
  - database
  - use: imports
    with: {modules: [shop.models]}
```

```yaml profiles/web.yaml
version: 1
extends: base.yaml
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import MIGRATIONS_WITHOUT_MODELS
from assembler.diagnostics.diagnostic import Related
from assembler.linting.rules.form import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import FolderFacts
    from assembler.linting.facts.profile_summary import ProfileSummary

__all__ = ["RULE"]


def check_migrations_without_models(facts: FolderFacts) -> Iterator[Diagnostic]:
    """Report each module of models that all web profiles of an app import and migrations lack."""
    for family in facts.families:
        migrations = [one for one in family.others if one.role == "migrations" and one.has_database]
        webs = [one for one in family.webs if one.has_database]
        if migrations and webs:
            yield from _check(migrations, webs)


def _check(migrations: list[ProfileSummary], webs: list[ProfileSummary]) -> Iterator[Diagnostic]:
    first = webs[0]
    shared = set(first.bases).intersection(*(one.bases for one in webs))
    common = set.intersection(*({said.text for said in one.models} for one in webs))
    needed = [said for said in first.models if said.text in common]
    for one in migrations:
        if not shared.issuperset(one.code_files):
            continue
        imported = {said.text for said in one.models}
        for said in needed:
            if not _is_imported(said.text, imported):
                yield MIGRATIONS_WITHOUT_MODELS.at(
                    one.role_place,
                    f"'{one.name}' does not import \"{said.text}\", as '{first.name}' does",
                    hint="Move the step into a base that both extend.",
                    related=(Related(first.place_of(said), f"'{first.name}' imports it here"),),
                )


def _is_imported(module: str, imported: set[str]) -> bool:
    """Tell whether ``module`` is imported: by its name, or as the package of one that is."""
    return any(one == module or one.startswith(f"{module}.") for one in imported)


RULE = Rule(MIGRATIONS_WITHOUT_MODELS, check_folder=check_migrations_without_models)
