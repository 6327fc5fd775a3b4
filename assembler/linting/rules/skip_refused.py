"""Refuse `on_error: skip` where the app must not go on without the step.

## What it does

Reports `on_error: skip` on a patch, on a hook or a wrapper that every request passes
(`as: before_request`, `as: middleware`), and on the catalogue steps that an app cannot be right
without, such as `database`, `secret_key` and `proxy_fix`.

## Why is this bad

What guards requests would be missing in silence: the app would serve everybody what it should serve
nobody.

## Example

```yaml
version: 1
extensions:
  - use: shop.guard:refuse_strangers
    as: before_request
    on_error: skip
```

```python shop/guard.py
from flask import abort, request


def refuse_strangers():
    if "Authorization" not in request.headers:
        abort(401)
```

## Use instead

```yaml
version: 1
extensions:
  - use: shop.guard:refuse_strangers
    as: before_request
```
"""

from assembler.diagnostics.codes import SKIP_REFUSED
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(SKIP_REFUSED)
