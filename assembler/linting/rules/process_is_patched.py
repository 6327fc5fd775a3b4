"""Refuse a profile without patches in a process that is patched.

## What it does

Reports a profile that applies no patches where gevent, gRPC or psycopg2 are found patched, whoever
did it: the code that loads the app, a server, or an earlier app of the same process.

## Why is this bad

The app would run as nobody declared it. A profile for debugging, without patches, would still have
no working breakpoints.

## Example

```yaml
version: 1
```

```python shop/serve.py
from gevent import monkey

monkey.patch_all()

from assembler.wsgi import app

print(app.name)
```

```console
$ ASSEMBLER_PROFILE=profiles/web.yaml python -m shop.serve
```

## Use instead

Let the profile say it, and assembler do it.

```yaml
version: 1
patches:
  - gevent
```

```python shop/serve.py
from assembler.wsgi import app

print(app.name)
```

```console
$ ASSEMBLER_PROFILE=profiles/web.yaml python -m shop.serve
```
"""

from assembler.diagnostics.codes import PROCESS_IS_PATCHED
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(PROCESS_IS_PATCHED)
