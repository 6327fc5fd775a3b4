"""Refuse a patch or a database driver whose package is not installed.

## What it does

Reports, before anything is patched, each patch whose package cannot be found; the driver that the
database's URL or the option `driver` asks for; and `packaging`, which gunicorn's gevent worker
needs.

## Why is this bad

The process could only be patched in part. Without `packaging`, gunicorn itself says no more than
"class uri invalid".

## Example

The distribution that adds the patch `orders` does not say that it needs `shop_queue`.

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
    import shop_queue

    done.append(shop_queue.__name__)


PATCH = Patch(
    name="orders",
    summary="Let the order queue wait in gevent's loop.",
    options=OrdersOptions,
    apply=apply,
    find_proof=lambda _options: "it was called" if done else None,
    packages=("shop_queue",),
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

Install what is missing. Here that is a module:

```python shop_queue.py
TIMEOUT_SECONDS = 5
```

```console
$ assembler flask profiles/web.yaml routes
```
"""

from assembler.diagnostics.codes import PACKAGE_MISSING
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(PACKAGE_MISSING)
