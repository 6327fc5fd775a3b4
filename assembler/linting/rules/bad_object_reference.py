"""Refuse a text that cannot name a Python object.

## What it does

Reports the text of a `use`, `$import`, `$call` or an option that names code where it is not of the
form `package.module:attribute`, `package.module` or `module:`: paths, calls, spaces, two colons;
also a module as the `use` of `app`, which has to be something that makes a Flask object.

## Why is this bad

Nothing can be imported by it.

## Example

```yaml
version: 1
extensions:
  - shop/mail.py:init_mail
```

## Use instead

```yaml
version: 1
extensions:
  - shop.mail:init_mail
```

```python shop/mail.py
def init_mail(app):
    app.config.setdefault("MAIL_SERVER", "localhost")
```
"""

from assembler.diagnostics.codes import BAD_OBJECT_REFERENCE
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(BAD_OBJECT_REFERENCE)
