"""Say that a step could not be tried, since it needs what `lint --deep` keeps away.

## What it does

`assembler lint --deep` assembles each profile without a network, and with an empty SQLite database.
A step that fails for want of them is not blamed: it is reported as not checked, and what follows is
tried all the same. A later step that fails because an earlier one was not checked is not checked
either.

## Why is this bad

It is not. It says which steps nobody has tried yet, so that "clean" does not promise too much.

## Example

```yaml
version: 1
extensions:
  - shop.stock:connect
```

```python shop/stock.py
import socket


def connect(app):
    app.stock = socket.create_connection(("127.0.0.1", 1), timeout=1)
```

```console
$ assembler lint --deep
```

## Use instead

Assemble the profile where its services can be reached. A connection that is made at the first
request, and not while the app is assembled, is better still: the app then boots while a service is
away.

```python shop/stock.py
import socket


def connect(app):
    app.open_stock = lambda: socket.create_connection(("127.0.0.1", 1), timeout=1)
```
"""

from assembler.diagnostics.codes import NOT_CHECKED
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(NOT_CHECKED)
