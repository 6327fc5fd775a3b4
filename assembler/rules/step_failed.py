"""Refuse a step that raises while it is carried out.

## What it does

Reports an extension whose own code raised, with the error's first line, and the place in the
project from which it came. That shows when the step is reached, not before.

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

from assembler.codes import STEP_FAILED
from assembler.rule import Rule

__all__ = ["RULE"]

RULE = Rule(STEP_FAILED)
