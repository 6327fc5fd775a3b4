"""Find a migrations profile that lacks the models that the web profile imports.

## What it does

Compares the profile with the role `migrations` with those of the role `web` of the same app and
folder that have the step `database`. Reports a module that all of these import for its models, and
the migrations do not: one of the step `imports` with `models` (or `model`, `entities`, `tables`,
`orm`) in its name, or the one whose instance they give to `database`, as
`db: {$import: "shop.models:db"}`.

Nothing is said of a migrations profile whose own file names other code of the project in its
extensions: that code may import the models.

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

from assembler.codes import MIGRATIONS_WITHOUT_MODELS
from assembler.diagnostics import Related
from assembler.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics import Diagnostic
    from assembler.lint_facts import FolderFacts
    from assembler.profile_summary import Family, ProfileSummary

__all__ = ["RULE"]


def check_migrations_without_models(facts: FolderFacts) -> Iterator[Diagnostic]:
    """Report each module of models that all web profiles of an app import and migrations lack."""
    for family in facts.families:
        for other in family.others:
            if other.role == "migrations" and other.has_database:
                yield from _check(other, family)


def _check(migrations: ProfileSummary, family: Family) -> Iterator[Diagnostic]:
    webs = [one for one in family.webs if one.has_database]
    if not webs:
        return
    shared = set(webs[0].bases).intersection(*(one.bases for one in webs[1:]))
    if not shared.issuperset(migrations.code_files):
        return
    imported = {said.text for said in migrations.models}
    common = set.intersection(*({said.text for said in one.models} for one in webs))
    for said in webs[0].models:
        if said.text in common and not _is_imported(said.text, imported):
            yield MIGRATIONS_WITHOUT_MODELS.at(
                migrations.role_place,
                f"'{migrations.name}' does not import \"{said.text}\", as '{webs[0].name}' does",
                hint="Move the step into a base that both extend.",
                related=(Related(said.place, f"'{webs[0].name}' imports it here"),),
            )


def _is_imported(module: str, imported: set[str]) -> bool:
    """Tell whether ``module`` is imported: by its name, or as the package of one that is."""
    return any(one == module or one.startswith(f"{module}.") for one in imported)


RULE = Rule(MIGRATIONS_WITHOUT_MODELS, check_folder=check_migrations_without_models)
