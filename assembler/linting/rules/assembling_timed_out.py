"""Find a profile whose assembling does not come to its end.

## What it does

`assembler lint --deep` gives each profile a limited time, 30 seconds unless `--timeout` says
otherwise. Then it ends the process, and says which step was carried out, and where it waits.

## Why is this bad

A server that starts like this never answers: a worker of gunicorn is killed for it, and started
anew, for ever.

## Example

```yaml
version: 1
extensions:
  - shop.stock:wait_for_delivery
```

```python shop/stock.py
import threading


def wait_for_delivery(app):
    threading.Event().wait()
```

```console
$ assembler lint --deep --timeout 2
```

## Use instead

Wait with a limit, or in a thread of its own. If it only takes long, give it more time with
`--timeout`.

```python shop/stock.py
import threading


def wait_for_delivery(app):
    threading.Thread(target=threading.Event().wait, daemon=True).start()
```
"""

from assembler.diagnostics.codes import ASSEMBLING_TIMED_OUT
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(ASSEMBLING_TIMED_OUT)
