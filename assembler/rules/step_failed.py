"""Refuse a step that raises while it is carried out.

## What it does

Reports an extension whose own code raised, with the error's first line, and the place in the
project from which it came. That shows when the step is reached; before, it is certain of a second
`database` alone.

## Why is this bad

Half of what the step does may be done, and nothing tells which half. The app does not start, unless
the step says `on_error: skip`: then it goes on without the step, and the report says "partial".

## Example

```yaml
version: 1
extensions:
  - use: shop.prices:load_prices
    with: {file: prices.csv}
```

```python shop/prices.py
def load_prices(app, file):
    with open(file) as lines:
        app.config["PRICES"] = dict(line.split(",") for line in lines)
```

```console
$ assembler flask profiles/web.yaml routes
```

## Use instead

```text prices.csv
tea,3
```

```console
$ assembler flask profiles/web.yaml routes
```
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assembler.codes import STEP_FAILED
from assembler.diagnostics import Related
from assembler.placed_faults import place_fault
from assembler.plan import Decision
from assembler.rule import Rule
from assembler.step_faults import build_second_database_fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics import Diagnostic
    from assembler.facts.lint_facts import ProfileFacts

__all__ = ["RULE", "check_second_database"]


def check_second_database(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report each `database` after the first, of those that are certain to run."""
    if "database" not in facts.due_by_use:
        return
    # Two of one name are refused already.
    by_name = {
        one.step.name: one.step
        for one in facts.due
        if one.step.use == "database" and one.decision is Decision.RUNS
    }
    steps = list(by_name.values())
    for step in steps[1:]:
        found = place_fault(build_second_database_fault(), step, "extension")
        related = (Related(steps[0].place, f"'{steps[0].name}' stands here"),)
        yield replace(found, related=related)


RULE = Rule(STEP_FAILED, check_profile=check_second_database)
