"""Find a config key that one `values` source sets and a later one sets again.

## What it does

Reports the second place of a key that two `values` sources of a profile set, where both surely run
and nothing reads the first value in between. An overlay that sets a key of its bases in a source of
its own is left alone, and so is one that changes a source in place. Where no key of a source is in
force, `useless-source` says so once.

## Why is this bad

The first value is never in force. Who changes it, because it is the one that was found first, has
changed nothing.

## Example

```yaml
version: 1
config:
  - use: values
    with:
      MAIL_SERVER: mail.example.org
      BASKET_DAYS: 7
  - use: values
    name: limits
    with:
      BASKET_DAYS: 30
      UPLOAD_MEGABYTES: 10
```

## Use instead

```yaml
version: 1
config:
  - use: values
    with:
      MAIL_SERVER: mail.example.org
  - use: values
    name: limits
    with:
      BASKET_DAYS: 30
      UPLOAD_MEGABYTES: 10
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import KEY_SET_TWICE
from assembler.diagnostics.diagnostic import Related
from assembler.linting.facts.source_repeats import find_key_repeats, is_all_repeated
from assembler.linting.rules.form import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE"]


def check_profile(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report each key that is set again, at its second place."""
    repeats = find_key_repeats(facts.profile)
    for step, key, again in repeats:
        if not is_all_repeated(step, repeats):
            yield KEY_SET_TWICE.at(
                again.place,
                f'"{again.text}" is set before, and that value is never in force',
                hint="Set it in one place.",
                related=(Related(key.place, "first set here"),),
            )


RULE = Rule(KEY_SET_TWICE, check_profile=check_profile)
