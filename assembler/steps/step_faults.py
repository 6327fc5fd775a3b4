"""Build the faults that both the linter and running a step report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics import codes
from assembler.diagnostics.excerpt import shorten_path
from assembler.diagnostics.faults import StepFault
from assembler.diagnostics.suggestion import render_suggestion
from assembler.files import list_names

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "build_extra_fault",
    "build_import_name_fault",
    "build_key_fault",
    "build_missing_file_fault",
    "build_no_database_fault",
    "build_second_database_fault",
    "build_second_step_fault",
]


def build_missing_file_fault(file: Path, shown: str, *, is_folder: bool = False) -> StepFault:
    """Report that a config file is not there, or is a folder; ``shown`` is how it was written."""
    message, siblings = f'the config file "{shown}" is a directory', []
    if not is_folder:
        message = f'the config file "{shown}" does not exist in {shorten_path(file.parent)}'
        siblings = list_names(file.parent)
    return StepFault(
        message,
        hint=render_suggestion(file.name, siblings, "Create the file, or set `optional: true`."),
        option=("path",),
        code=codes.CONFIG_FILE_MISSING,
    )


def build_extra_fault(package: str, use: str, extra: str | None, owner: str) -> StepFault:
    """Report that a package is missing that the catalogue step ``use`` works with.

    Args:
        package: The top-level module.
        use: The step's name in the catalogue.
        extra: The extra of the step's distribution that installs it; ``None``: there is none.
        owner: The name of that distribution.
    """
    wanted = f"{owner}[{extra}]" if extra else package
    return StepFault(
        f"the package \"{package}\" is not installed, and '{use}' needs it",
        hint=f'Run `pip install "{wanted}"`.',
        code=codes.EXTRA_MISSING,
    )


def build_import_name_fault() -> StepFault:
    """Report that nothing tells the app where its package is."""
    return StepFault(
        "the app has no import_name, which locates its templates and static files",
        hint="Set `app.with.import_name`, or `package` in [tool.assembler].",
        code=codes.IMPORT_NAME_MISSING,
    )


def build_no_database_fault(use: str) -> StepFault:
    """Report a step that needs the app's database where no step provides one."""
    message = f"'{use}' needs the app's database, and no step before it provides one"
    return StepFault(message, hint="Put a `database` step before it.")


def build_second_database_fault() -> StepFault:
    """Report that Flask-SQLAlchemy refuses a second instance on an app."""
    return StepFault(
        "the app has a database already",
        hint="Put the URLs of further ones into SQLALCHEMY_BINDS, or turn one of the steps off.",
    )


def build_second_step_fault(use: str) -> StepFault:
    """Report that an app takes only one of a catalogue step."""
    if use == "database":
        return build_second_database_fault()
    hint = "Remove one of the two, or turn one off."
    return StepFault(f"the app has a step '{use}' already", hint=hint)


def build_key_fault(key: str) -> StepFault:
    """Reject a key that Flask would silently drop."""
    return StepFault(
        f'a config key must be upper-case, got "{key}"',
        hint=f"Write `{key.upper()}`.",
        option=(key,),
        code=codes.WRONG_OPTION,
    )
