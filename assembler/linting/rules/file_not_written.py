"""Report a file that could not be fixed, because it could not be written.

## What it does

`assembler lint --fix` puts a whole new file in the place of the old one. It reports a file that
cannot be written, and one that somebody changed after it was read. That file is then as it was.

## Why is this bad

What was to be fixed is not. Where a file is changed by two at once, the work of one would be lost.

## Example

```yaml
version: 1
patches: [gevent, grcp]
```

```console
$ ulimit -f 0; assembler lint --fix
```

## Use instead

Run it as a user that may write the file and its folder, where there is room; the file then is:

```yaml
version: 1
patches: [gevent, grpc]
```
"""

from assembler.diagnostics.codes import FILE_NOT_WRITTEN
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(FILE_NOT_WRITTEN)
