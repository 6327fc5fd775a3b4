"""Refuse an `app` that does not make a Flask object.

## What it does

Reports `app.use` where calling it gives something else than a Flask object, raises, or is not
possible. Linting sees it where the object is a class without Flask among its bases, something that
cannot be called, or a Flask object that is made already.

## Why is this bad

There is no app to give to the steps. One that is made when its module is imported exists before the
patches and the config, and the next `create_app` would get the same one again.

## Example

```yaml
version: 1
app: {use: "shop.web:app"}
```

```python shop/web.py
from flask import Flask

app = Flask("shop")
```

## Use instead

```python shop/web.py
from flask import Flask


def create_app():
    return Flask("shop")
```

```yaml
version: 1
app: {use: "shop.web:create_app"}
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import NOT_A_FLASK
from assembler.linting.rules.form import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE"]


def check_not_a_flask(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report an app that is no Flask; reads the files of its modules."""
    return (found for found in facts.misuses if found.code == NOT_A_FLASK.number)


RULE = Rule(NOT_A_FLASK, check_profile=check_not_a_flask)
