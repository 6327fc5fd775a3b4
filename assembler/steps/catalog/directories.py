"""Make the folders that the app expects, such as its instance folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pydantic import BeforeValidator, Field

from assembler.diagnostics.faults import StepFault
from assembler.steps.forms import CatalogStep, Options

if TYPE_CHECKING:
    from assembler.steps.forms import StepContext

__all__ = ["STEP", "DirectoriesOptions", "parse_mode"]

LIMIT_MODE = 0o777
OWNER_ALL = 0o700


def parse_mode(value: object) -> int:
    """Read permissions: octal text such as ``"750"`` or ``"0o750"``, or the number ``0o750``.

    Raises:
        ValueError: if it is neither, or leaves the owner without a right.
    """
    message = "expected permissions such as 0o750, with all rights for the owner"
    try:
        mode = int(value.removeprefix("0o"), 8) if isinstance(value, str) else value
    except ValueError:
        raise ValueError(message) from None
    # A decimal 750 is past the limit, or without a right of the owner's: it is not read as 0o1356.
    if isinstance(mode, bool) or not isinstance(mode, int) or not OWNER_ALL <= mode <= LIMIT_MODE:
        raise ValueError(message)
    return mode


class DirectoriesOptions(Options):
    """Which folders, and who may use them."""

    paths: list[str] = Field(
        default=["."], min_length=1, description="Folders, relative to the app's instance folder."
    )
    mode: Annotated[int, BeforeValidator(parse_mode)] | None = Field(
        default=None,
        description="Permissions of a folder that is made, such as 0o750; default: what the umask "
        "leaves. A folder that exists keeps its own.",
    )


def apply_directories(context: StepContext, options: DirectoriesOptions) -> tuple[str, ...]:
    """Make every folder with the ones above it, and give their absolute paths."""
    made: list[str] = []
    for position, path in enumerate(options.paths):
        folder = Path(context.app.instance_path, path)
        try:
            _build_directory(folder, options.mode)
        except OSError as error:
            message = f'the folder "{path}" cannot be made: {error.strerror}'
            hint = "Name a folder that this user may make."
            raise StepFault(message, hint=hint, option=("paths", position)) from error
        made.append(str(folder))
    return tuple(made)


def _build_directory(folder: Path, mode: int | None) -> None:
    if folder.is_dir():
        return
    folder.mkdir(parents=True, exist_ok=True)
    if mode is not None:
        folder.chmod(mode)  # not mkdir's mode, which the umask would cut


STEP = CatalogStep(
    name="directories",
    summary="Make folders, relative to the instance folder.",
    options=DirectoriesOptions,
    apply=apply_directories,
)
