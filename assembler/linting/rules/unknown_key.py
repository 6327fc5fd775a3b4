"""Refuse a key that nothing takes.

## What it does

Reports keys that the language does not have: at the top, in a step, `app` and `server`, and among
the options of a catalogue step, a config source or a patch. Also one that is there for other steps
only: `init`, `as`, `close` and `app_context` are for extensions, `init` and `close` not for those
of the catalogue.

## Why is this bad

It would have no effect, while it reads as if it had one.

## Example

```yaml
version: 1
extentions:
  - proxy_fix
```

## Use instead

```yaml
version: 1
extensions:
  - proxy_fix
```
"""

from assembler.diagnostics.codes import UNKNOWN_KEY
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(UNKNOWN_KEY)
