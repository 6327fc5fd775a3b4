"""Refuse a policy that cannot be read.

## What it does

Reports a policy file that is not there, is not TOML, or whose `[tool.assembler]` has a key or a
value that is not known. Every command stops at it.

## Why is this bad

A policy that is passed over would allow everything.

## Example

```toml pyproject.toml
[tool.assembler]
package = "shop"
alow = ["shop"]
```

```yaml
version: 1
extensions: [proxy_fix]
```

```console
$ assembler lint
```

## Use instead

```toml pyproject.toml
[tool.assembler]
package = "shop"
allow = ["shop"]
```

```yaml
version: 1
extensions: [proxy_fix]
```

```console
$ assembler lint
```
"""

from assembler.diagnostics.codes import POLICY_BROKEN
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(POLICY_BROKEN)
