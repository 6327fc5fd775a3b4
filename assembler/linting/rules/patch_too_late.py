"""Refuse to patch a process in which a module already keeps what the patch replaces.

## What it does

Looks, before gevent patches, at every module that is loaded. Reports one of the project that keeps
an object which the patch replaces (`from time import sleep`, a lock made at module level), and any
that keeps an `ssl.SSLContext`, with the imports that loaded it. Patching in another thread than
the main one is reported as well.

## Why is this bad

That module goes on with the unpatched object: it blocks every other request, or ends in endless
recursion inside of `ssl`. Nothing says so when it happens.

## Example

The module is imported by the command line, before assembler is asked for the app.

```yaml
version: 1
patches:
  - gevent
```

```python shop/retry.py
from time import sleep


def wait() -> None:
    sleep(1)
```

```console
$ ASSEMBLER_PROFILE=profiles/web.yaml python -c "import shop.retry, assembler.wsgi"
```

## Use instead

Import such a module only after the patches, or keep the module instead of its object: gevent
patches modules in place.

```python shop/retry.py
import time


def wait() -> None:
    time.sleep(1)
```

```console
$ ASSEMBLER_PROFILE=profiles/web.yaml python -c "import shop.retry, assembler.wsgi"
```
"""

from assembler.diagnostics.codes import PATCH_TOO_LATE
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(PATCH_TOO_LATE)
