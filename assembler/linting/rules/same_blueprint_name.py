"""Refuse two blueprints of one name.

## What it does

Reports a step that registers a blueprint under a name which an earlier step has registered one
under: the same blueprint twice, too. The name is that of the step's option `name`, else the one the
blueprint was made with. Where one of the steps is decided at run it is a warning, and where both
are, nothing is said.

## Why is this bad

Flask refuses the second one when it is registered, and the app does not start: the name stands
before the endpoints, by which `url_for` tells one blueprint's routes from another's.

## Example

```yaml
version: 1
extensions:
  - shop.catalog:blueprint
  - use: shop.catalog:blueprint
    with: {url_prefix: /wholesale}
```

```python shop/catalog.py
from flask import Blueprint

blueprint = Blueprint("catalog", __name__)


@blueprint.get("/goods")
def list_goods():
    return ["tea"]
```

## Use instead

```yaml
version: 1
extensions:
  - shop.catalog:blueprint
  - use: shop.catalog:blueprint
    name: wholesale
    with: {url_prefix: /wholesale, name: wholesale}
```
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assembler.diagnostics.codes import SAME_BLUEPRINT_NAME
from assembler.diagnostics.diagnostic import Related, Severity
from assembler.linting.facts.named_objects import soften
from assembler.linting.rules.form import Rule
from assembler.planning.plan import Decision

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.blueprints import StaticBlueprint
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE"]


def check_names(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report each blueprint whose name is taken; reads the blueprints' modules."""
    taken: dict[str, StaticBlueprint] = {}
    for blueprint in facts.blueprints:
        if blueprint.name is None:
            continue
        first = taken.setdefault(blueprint.name, blueprint)
        open_ends = sum(one.planned.decision is Decision.AT_RUN for one in (first, blueprint))
        if first is not blueprint and open_ends < 2:  # noqa: PLR2004 - both
            found = soften(_build(first, blueprint), blueprint.planned)
            yield replace(found, severity=Severity.WARNING) if open_ends else found


def _build(first: StaticBlueprint, second: StaticBlueprint) -> Diagnostic:
    step, other = second.planned.step, first.planned.step
    return SAME_BLUEPRINT_NAME.at(
        step.place,
        f"the name \"{second.name}\" is registered already, by the blueprint of '{other.name}'",
        hint="Give one of them another `name`, in its `with`.",
        related=(Related(other.place, f"'{other.name}' stands here"),),
    )


RULE = Rule(SAME_BLUEPRINT_NAME, check_profile=check_names)
