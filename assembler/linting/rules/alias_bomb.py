"""Refuse aliases that stand for more than 10,000 values.

## What it does

Counts the values that all aliases of a file stand for, those inside of what an alias repeats too,
and reports the alias that passes the limit. The rest of the file is not looked at.

## Why is this bad

Each level multiplies the one before: a dozen lines fill the memory of whoever reads them.

## Example

```yaml
version: 1
config:
  - use: values
    with:
      TEN: &ten [tea, tea, tea, tea, tea, tea, tea, tea, tea, tea]
      HUNDRED: &hundred [*ten, *ten, *ten, *ten, *ten, *ten, *ten, *ten, *ten, *ten]
      THOUSAND: &thousand [*hundred, *hundred, *hundred, *hundred, *hundred, *hundred, *hundred]
      MANY: [*thousand, *thousand, *thousand, *thousand, *thousand, *thousand, *thousand, *thousand]
      MORE: [*thousand, *thousand, *thousand, *thousand, *thousand, *thousand, *thousand, *thousand]
```

## Use instead

```yaml
version: 1
config:
  - use: values
    with:
      TEN: &ten [tea, tea, tea, tea, tea, tea, tea, tea, tea, tea]
      HUNDRED: [*ten, *ten, *ten, *ten, *ten, *ten, *ten, *ten, *ten, *ten]
```
"""

from assembler.diagnostics.codes import ALIAS_BOMB
from assembler.linting.rules.form import Rule

__all__ = ["RULE"]

RULE = Rule(ALIAS_BOMB)
