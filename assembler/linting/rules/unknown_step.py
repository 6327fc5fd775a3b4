"""Refuse a `$step` that names no earlier step.

## What it does

Reports `{$step: name}` where no extension step that stands before it has that name. A step's name
is its `name`, else its `use`.

## Why is this bad

Steps are carried out in the order written: what a later one makes is not there yet.

## Example

```yaml
version: 1
extensions:
  - use: shop.orders:start
    with: {store: {$step: store}}
  - use: shop.store:Store
    name: store
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

```yaml
version: 1
extensions:
  - use: shop.store:Store
    name: store
  - use: shop.orders:start
    with: {store: {$step: store}}
```
"""

from assembler.diagnostics.codes import UNKNOWN_STEP
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(UNKNOWN_STEP)
