"""Refuse a profile with gevent in a worker that was to patch for it, and did not.

## What it does

Under somebody else's gunicorn, Celery or WSGI server it is the worker that must patch the standard
library before it loads the app. Reports a profile with the patch `gevent` where it did not.

## Why is this bad

By then the worker has made its sockets, locks and threads, and keeps them: patching now would come
too late.

## Example

gunicorn's own worker is `sync`, which patches nothing.

```yaml
version: 1
patches:
  - gevent
```

```console
$ ASSEMBLER_PROFILE=profiles/web.yaml python -m gunicorn --bind unix:web.sock assembler.wsgi:app
```

## Use instead

Start gunicorn with `-k gevent`, or leave it to `assembler run profiles/web.yaml`, which starts the
workers that fit. The other commands patch their own process.

```console
$ assembler flask profiles/web.yaml routes
```
"""

from assembler.diagnostics.codes import WORKER_NOT_PATCHED
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(WORKER_NOT_PATCHED)
