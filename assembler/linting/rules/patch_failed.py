"""Refuse a process in which a patch could not be applied.

## What it does

Reports the exception that a patch raised, with the place where it was raised.

## Why is this bad

What the patch was for is not in force, and nobody knows how much of it was done.

## Example

```yaml
version: 1
patches:
  - gevent
  - orders
```

```python shop_patches.py
from assembler.steps.forms import Options, Patch

done: list[str] = []


class OrdersOptions(Options):
    pass


def apply(_options: OrdersOptions) -> None:
    done.insert("orders")


PATCH = Patch(
    name="orders",
    summary="Let the order queue wait in gevent's loop.",
    options=OrdersOptions,
    apply=apply,
    find_proof=lambda _options: "it was called" if done else None,
    needs=("gevent",),
)
```

```text shop_patches-1.0.dist-info/entry_points.txt
[assembler.patches]
orders = shop_patches:PATCH
```

```console
$ assembler flask profiles/web.yaml routes
```

## Use instead

```python shop_patches.py
from assembler.steps.forms import Options, Patch

done: list[str] = []


class OrdersOptions(Options):
    pass


def apply(_options: OrdersOptions) -> None:
    done.append("orders")


PATCH = Patch(
    name="orders",
    summary="Let the order queue wait in gevent's loop.",
    options=OrdersOptions,
    apply=apply,
    find_proof=lambda _options: "it was called" if done else None,
    needs=("gevent",),
)
```

```console
$ assembler flask profiles/web.yaml routes
```
"""

from assembler.diagnostics.codes import PATCH_FAILED
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(PATCH_FAILED)
