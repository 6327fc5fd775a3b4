"""Refuse a `$step` that names a step which is skipped.

## What it does

Reports `{$step: name}` in a step that runs, where the step it names does not: its `when` is false,
or, which shows at run only, it failed and said `on_error: skip`. The reason is named.

## Why is this bad

A step that does not run makes nothing that another could use.

## Example

```yaml
version: 1
extensions:
  - use: shop.store:Store
    name: store
    when: false
  - use: shop.orders:start
    with: {store: {$step: store}}
```

```python shop/store.py
class Store:
    def init_app(self, app):
        app.extensions["store"] = self
```

```python shop/orders.py
def start(app, store):
    app.extensions["orders"] = store
```

## Use instead

Give both the same condition.

```yaml
version: 1
extensions:
  - use: shop.store:Store
    name: store
    when: false
  - use: shop.orders:start
    with: {store: {$step: store}}
    when: false
```
"""

from assembler.diagnostics.codes import STEP_WAS_SKIPPED
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(STEP_WAS_SKIPPED)
