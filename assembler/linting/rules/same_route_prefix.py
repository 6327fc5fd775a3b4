"""Find two blueprints that answer the same path.

## What it does

Reports a step whose blueprint has a route, below the prefix that it is registered with, that the
blueprint of an earlier step has as well: the same path, whatever its variables are called, and the
same method. Seen are the routes in the module that makes the blueprint; the same prefix alone is
common and right. Two steps that are both decided at run may exclude each other: nothing is said.

## Why is this bad

Of two routes for one path, the first that is registered answers, and the other never does. Nothing
says so, neither at boot nor at a request.

## Example

```yaml
version: 1
extensions:
  - shop.orders:blueprint
  - shop.returns:blueprint
```

```python shop/orders.py
from flask import Blueprint

blueprint = Blueprint("orders", __name__, url_prefix="/orders")


@blueprint.get("/<int:number>")
def show(number):
    return f"order {number}"
```

```python shop/returns.py
from flask import Blueprint

blueprint = Blueprint("returns", __name__, url_prefix="/orders")


@blueprint.get("/<int:order>")
def show(order):
    return f"what came back of order {order}"
```

## Use instead

```yaml
version: 1
extensions:
  - shop.orders:blueprint
  - use: shop.returns:blueprint
    with: {url_prefix: /returns}
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import SAME_ROUTE_PREFIX
from assembler.diagnostics.diagnostic import Related
from assembler.linting.rules.form import Rule
from assembler.planning.plan import Decision

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.blueprints import Route, StaticBlueprint
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE"]


def check_routes(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report each step that registers a route which is taken; reads the blueprints' modules."""
    taken: dict[Route, StaticBlueprint] = {}
    for blueprint in facts.blueprints:
        for route in blueprint.routes:
            first = taken.setdefault(route, blueprint)
            if first is not blueprint and not _may_exclude(first, blueprint):
                yield _build(first, blueprint, route)
                break


def _may_exclude(first: StaticBlueprint, second: StaticBlueprint) -> bool:
    return first.planned.decision is second.planned.decision is Decision.AT_RUN


def _build(first: StaticBlueprint, second: StaticBlueprint, route: Route) -> Diagnostic:
    step, other = second.planned.step, first.planned.step
    message = (
        f"'{step.name}' answers \"{route.method} {route.path}\", "
        f"which '{other.name}' answers before it"
    )
    return SAME_ROUTE_PREFIX.at(
        step.place,
        message,
        hint="Give one of them another `url_prefix`, or take the route out.",
        related=(Related(other.place, f"'{other.name}' stands here"),),
    )


RULE = Rule(SAME_ROUTE_PREFIX, check_profile=check_routes)
