"""Find a profile whose assembling ends the process.

## What it does

`assembler lint --deep` assembles each profile in a process of its own. It reports one that ends
before the app is there: by a signal, such as a fault of a C library, by `os._exit`, or by
`sys.exit` where an app was to be made. It says which step was carried out, and what was printed
last.

## Why is this bad

Nothing of the app is left to say what went wrong, and whoever supervises the process starts it anew
for ever.

## Example

```yaml
version: 1
extensions:
  - shop.stock:check_licence
```

```python shop/stock.py
import os


def check_licence(app):
    print("no licence")
    os._exit(4)
```

```console
$ assembler lint --deep
```

## Use instead

Raise an error: it is reported at the step, and what was opened is closed.

```python shop/stock.py
import os


def check_licence(app):
    if "STOCK_LICENCE" in os.environ and not os.environ["STOCK_LICENCE"]:
        raise RuntimeError("the licence is empty")
```
"""

from assembler.diagnostics.codes import ASSEMBLING_CRASHED
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(ASSEMBLING_CRASHED)
