"""Refuse an app whose patches are not those that its process already has.

## What it does

A process has one patch list: the first that was applied. Reports a later app of the same process
with other patches, or with other options of the same ones.

## Why is this bad

A patch cannot be taken back, and one that comes later is late. The second app would run with other
patches than its profile says.

## Example

The shop mounts another profile, which is an app of the same process.

```yaml
version: 1
patches:
  - gevent
extensions:
  - use: admin.yaml
    as: mount
    with: {path: /admin}
```

```yaml profiles/admin.yaml
version: 1
patches:
  - gevent
  - grpc
```

```console
$ assembler flask profiles/web.yaml routes
```

## Use instead

```yaml
version: 1
patches:
  - gevent
  - grpc
extensions:
  - use: admin.yaml
    as: mount
    with: {path: /admin}
```

```console
$ assembler flask profiles/web.yaml routes
```
"""

from assembler.diagnostics.codes import PATCH_LIST_DIFFERS
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(PATCH_LIST_DIFFERS)
