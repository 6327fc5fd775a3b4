"""Refuse a config file, or a folder of secrets, that is not there.

## What it does

Reports the path of a `file`, `dotenv` or `secrets` source that does not exist. The path is relative
to the profile's file, or to what `relative_to` says; the current directory has no part in it.

Linting looks for a `file` source only, whose path is inside the project's root, and warns: a file
outside of it, an `.env` or a folder of secrets may be there only where the app runs.

## Why is this bad

The app would run without the values, and without a word about it. A file that may be missing is
`optional: true`.

## Example

```yaml
version: 1
config:
  - use: file
    with: {path: settings/shop.toml}
```

```console
$ assembler flask profiles/web.yaml routes
```

## Use instead

```toml profiles/settings/shop.toml
MAIL_SERVER = "mail.example.org"
```

```console
$ assembler flask profiles/web.yaml routes
```
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from assembler.diagnostics.codes import CONFIG_FILE_MISSING
from assembler.diagnostics.diagnostic import Severity
from assembler.document.nodes import ScalarNode
from assembler.language.flags import is_true
from assembler.linting.rules.form import Rule
from assembler.planning.placed_faults import place_fault
from assembler.planning.plan import Decision
from assembler.steps.step_faults import build_missing_file_fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.language.profile import Step
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE"]

LOCAL = ".env"  # files of such a name are kept out of version control


def check_config_files(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report each config file of the project that is not there; looks for those files."""
    for planned in facts.plan.config:
        step = planned.step
        if step.use != "file" or planned.decision is Decision.SKIPPED:
            continue
        path = step.get_options().get("path")
        if isinstance(path, ScalarNode) and isinstance(path.value, str) and not path.unknown:
            file = _find_file(facts, step, path.value)
            if file is not None and not os.path.lexists(file):
                yield _build(step, file, path.value)


def _find_file(facts: ProfileFacts, step: Step, path: str) -> Path | None:
    """Give the file that must be there; ``None``: it need not be here, or it is not certain."""
    options = step.get_options()
    optional, relative_to = options.get("optional"), options.get("relative_to")
    start = relative_to.value if isinstance(relative_to, ScalarNode) else "profile"
    folders = {"profile": facts.profile.get_source_folder(step), "root": facts.root}
    if optional is not None and not (
        isinstance(optional, ScalarNode) and not is_true(optional.value)
    ):
        return None
    if start not in folders or Path(path).name.startswith(LOCAL) or path.endswith(LOCAL):
        return None
    file = Path(os.path.abspath(folders[str(start)] / path))  # noqa: PTH100 - links are kept: theirs is the name
    return file if file.is_relative_to(os.path.abspath(facts.root)) else None  # noqa: PTH100 - as above


def _build(step: Step, file: Path, shown: str) -> Diagnostic:
    found = place_fault(build_missing_file_fault(file, shown), step, "config")
    return replace(found, severity=Severity.WARNING)


RULE = Rule(CONFIG_FILE_MISSING, check_profile=check_config_files)
