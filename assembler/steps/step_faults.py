"""Say what is wrong with a step: in the same words, whether that is seen before or at run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics import codes
from assembler.diagnostics.excerpt import shorten_path
from assembler.diagnostics.faults import StepFault
from assembler.diagnostics.suggestion import render_suggestion
from assembler.files import list_names
from assembler.steps.forms import ADAPTER_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = [
    "EXPECTED",
    "NO_FIT",
    "OPTIONS",
    "build_extra_fault",
    "build_import_name_fault",
    "build_init_fault",
    "build_key_fault",
    "build_missing_file_fault",
    "build_missing_option_fault",
    "build_mount_path_fault",
    "build_no_database_fault",
    "build_prefix_fault",
    "build_second_database_fault",
    "build_second_step_fault",
    "build_unfit_fault",
    "build_unguessed_fault",
    "build_unknown_adapter_fault",
    "find_unknown_option_fault",
]

# What an adapter takes in ``with``, where that is not the object's own matter. Of a blueprint it is
# what `Blueprint.register` reads; Flask itself takes any other in silence. A handler's class has
# these in ``init``.
OPTIONS: dict[str, tuple[str, ...]] = {
    "blueprint": ("url_prefix", "subdomain", "url_defaults", "name", "name_prefix", "cli_group"),
    "command": ("name",),
    "error_handler": ("for",),
    "log_handler": ("level", "format"),
    "mount": ("path",),
}
# What is said of an object of another kind than the adapter is for; of all others that it cannot be
# called.
NO_FIT = {
    "extension": "has no init_app",
    "blueprint": "is no blueprint",
    "command": "is no click command",
    "log_handler": "is no log handler",
    "mount": "is no WSGI app: it cannot be called",
}
# What an option is that an adapter cannot do without.
EXPECTED = {
    "for": "a status code, an exception, or a list",
    "path": "the path to mount it under, such as /admin",
    "rule": "the path, such as /about",
}


def build_unfit_fault(use: str, adapter: str, said: str | None = None) -> StepFault:
    """Say that the object is not of the kind that ``adapter`` is for; ``said`` says what it is."""
    return StepFault(
        f'"{use}" {said or NO_FIT.get(adapter, "cannot be called")}',
        hint="Leave out `as`, or name another adapter.",
        code=codes.WRONG_ADAPTER,
    )


def build_unguessed_fault(kind: str) -> StepFault:
    """Say that nothing tells what to do with an object; ``kind`` is what it is."""
    return StepFault(
        f"nothing tells how to give this {kind} the app: it has no init_app and cannot be called",
        hint="Name what has an `init_app` or takes the app, or say `as`.",
        code=codes.WRONG_ADAPTER,
    )


def build_unknown_adapter_fault(named: str) -> StepFault:
    """Say that there is no adapter of that name."""
    otherwise = f"Use one of {', '.join(ADAPTER_NAMES)}."
    return StepFault(
        f"no adapter is called '{named}'",
        hint=render_suggestion(named, ADAPTER_NAMES, otherwise),
        code=codes.WRONG_ADAPTER,
    )


def build_init_fault() -> StepFault:
    """Say that there is no second call that ``init`` could be for."""
    message = "`init` is for a class with an init_app"
    return StepFault(message, hint="Write the options under `with`.", code=codes.WRONG_OPTION)


def build_missing_file_fault(file: Path, shown: str, *, is_folder: bool = False) -> StepFault:
    """Say that a config file is not there, or is a folder; ``shown`` is how it was written."""
    message, siblings = f'the config file "{shown}" is a directory', []
    if not is_folder:
        message = f'the config file "{shown}" does not exist in {shorten_path(file.parent)}'
        siblings = list_names(file.parent)
    return StepFault(
        message,
        hint=render_suggestion(file.name, siblings, "Create the file, or say `optional: true`."),
        option=("path",),
        code=codes.CONFIG_FILE_MISSING,
    )


def build_missing_option_fault(key: str) -> StepFault:
    """Say that an option of the adapter's own is missing."""
    message = f'the option "{key}" is missing: {EXPECTED[key]}'
    return StepFault(message, hint=f"Write `{key}` under `with`.", code=codes.WRONG_OPTION)


def build_prefix_fault(prefix: object) -> StepFault | None:
    """Say what is wrong with the `url_prefix` of a blueprint; ``None``: nothing."""
    if not isinstance(prefix, str) or prefix.startswith("/") or not prefix:
        return None
    return StepFault(
        f'expected a path that starts with a slash, got "{prefix}"',
        option=("url_prefix",),
        hint=f"Write `/{prefix}`." if prefix[0].isalnum() else "Start it with a slash.",
        code=codes.WRONG_OPTION,
    )


def build_mount_path_fault(path: str) -> StepFault | None:
    """Say what is wrong with the path of a mount; ``None``: nothing."""
    if path.startswith("/") and not path.endswith("/"):
        return None
    message = f'expected a path that starts with a slash and does not end in one, got "{path}"'
    hint = f"Write `/{path.strip('/')}`." if path.strip("/") else "Name a path below `/`."
    return StepFault(message, hint=hint, option=("path",), code=codes.WRONG_OPTION)


def build_extra_fault(package: str, use: str, extra: str | None) -> StepFault:
    """Say that a package is missing that the catalogue step ``use`` works with.

    Args:
        package: The top-level module.
        use: The step's name in the catalogue.
        extra: The extra of this distribution that installs it; ``None``: there is none.
    """
    wanted = f"flask-assembler[{extra}]" if extra else package
    return StepFault(
        f"the package \"{package}\" is not installed, and '{use}' needs it",
        hint=f'Run `pip install "{wanted}"`.',
        code=codes.EXTRA_MISSING,
    )


def build_import_name_fault() -> StepFault:
    """Say that nothing tells the app where its package is."""
    return StepFault(
        "the app has no import_name, which says where templates and static files are",
        hint="Set `app.with.import_name`, or `package` in [tool.assembler].",
        code=codes.IMPORT_NAME_MISSING,
    )


def build_no_database_fault(use: str) -> StepFault:
    """Say that a step which works with the app's database comes where there is none."""
    message = f"'{use}' works with the app's database, and no step before this one gave it one"
    return StepFault(message, hint="Put a `database` step before it.")


def build_second_database_fault() -> StepFault:
    """Say that Flask-SQLAlchemy refuses a second instance on an app."""
    return StepFault(
        "the app has a database already",
        hint="Put the URLs of further ones into SQLALCHEMY_BINDS, or turn one of the steps off.",
    )


def build_second_step_fault(use: str) -> StepFault:
    """Say that an app takes only one of a catalogue step."""
    if use == "database":
        return build_second_database_fault()
    hint = "Take one of the two out, or turn one off."
    return StepFault(f"the app has a step '{use}' already", hint=hint)


def find_unknown_option_fault(given: Iterable[str], known: tuple[str, ...]) -> StepFault | None:
    """Say which of the ``given`` options is none of ``known``, the first; ``None``: all are."""
    for key in given:
        if key not in known:
            takes = f"It takes {', '.join(known)}." if known else "It takes none."
            return StepFault(
                f'unknown option "{key}"',
                hint=render_suggestion(key, known, takes),
                option=(key,),
                code=codes.WRONG_OPTION,
            )
    return None


def build_key_fault(key: str) -> StepFault:
    """Refuse a key that Flask drops in silence, while its author looks for the value in vain."""
    return StepFault(
        f'a config key is upper-case, got "{key}"',
        hint=f"Write `{key.upper()}`.",
        option=(key,),
        code=codes.WRONG_OPTION,
    )
