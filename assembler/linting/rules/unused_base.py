"""Find a base that no profile extends.

## What it does

Reports a profile with `abstract: true` that no other profile of its folder extends, nor, in the
folder of profiles that `[tool.assembler]` names, one anywhere below that. It is only reported where
all of them were looked at, and could be read.

## Why is this bad

A base cannot be run. What is written in one that nobody extends is in force nowhere, though it
looks as if it were.

## Example

```yaml profiles/base.yaml
version: 1
abstract: true
extensions: [proxy_fix]
```

```yaml profiles/web.yaml
version: 1
extensions: [health]
```

## Use instead

```yaml profiles/web.yaml
version: 1
extends: base.yaml
extensions: [health]
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import UNUSED_BASE
from assembler.linting.rules.form import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import FolderFacts

__all__ = ["RULE"]


def check_unused_base(facts: FolderFacts) -> Iterator[Diagnostic]:
    """Report each abstract profile that none extends."""
    for place in facts.unused.values():
        yield UNUSED_BASE.at(
            place, "no profile extends this base", hint="Extend it, or remove the file."
        )


RULE = Rule(UNUSED_BASE, check_folder=check_unused_base)
