"""Refuse a process in which a patch was applied and is not in force.

## What it does

After each patch assembler asks for proof: gevent's own records, gRPC's flag, psycopg2's callback,
or what the patch of another distribution looks at. Reports a patch for which there is none.

## Why is this bad

A patch that is not in force fails in silence: the server runs, and answers one request at a time.

## Example

A distribution adds the patch `orders`, with a proof that looks at the wrong place.

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


def find_proof(_options: OrdersOptions) -> str | None:
    return "the queue is patched" if "queue" in done else None


PATCH = Patch(
    name="orders",
    summary="Let the order queue wait in gevent's loop.",
    options=OrdersOptions,
    apply=lambda _options: done.append("orders"),
    find_proof=find_proof,
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


def find_proof(_options: OrdersOptions) -> str | None:
    return "the queue is patched" if "orders" in done else None


PATCH = Patch(
    name="orders",
    summary="Let the order queue wait in gevent's loop.",
    options=OrdersOptions,
    apply=lambda _options: done.append("orders"),
    find_proof=find_proof,
    needs=("gevent",),
)
```

```console
$ assembler flask profiles/web.yaml routes
```
"""

from assembler.diagnostics.codes import PATCH_NOT_LIVE
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(PATCH_NOT_LIVE)
