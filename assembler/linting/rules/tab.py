r"""Refuse a tab as white space.

## What it does

Reports tabs outside of texts: as indentation, behind a colon, before a comment. In a quoted text, a
block of text or a comment a tab is a character like any other.

## Why is this bad

YAML forbids tabs as indentation, and its readers disagree about those elsewhere. How far in a line
seems to start depends on the editor.

## Example

```console
$ mkdir profiles
$ printf 'version: 1\nserver:\n\tworkers: 2\n' > profiles/web.yaml
$ assembler lint
```

## Use instead

```yaml
version: 1
server:
  workers: 2
```
"""

from assembler.diagnostics.codes import TAB
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(TAB)
