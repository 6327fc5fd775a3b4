"""Create the folders that the app expects, such as its instance folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pydantic import BeforeValidator, Field

from assembler.diagnostics.faults import StepFault
from assembler.steps.forms import CatalogStep, FrozenOptions
from assembler.steps.named_places import NamesFile

if TYPE_CHECKING:
    from assembler.steps.forms import StepContext

__all__ = ["STEP", "DirectoriesOptions", "parse_mode"]

LIMIT_MODE = 0o777
OWNER_ALL = 0o700


def parse_mode(value: object) -> int:
    """Read permissions: an octal string such as ``"750"`` or ``"0o750"``, or the number ``0o750``.

    Raises:
        ValueError: if it is neither, or does not grant the owner all rights.
    """
    message = "expected permissions such as 0o750, with all rights for the owner"
    try:
        mode = int(value.removeprefix("0o"), 8) if isinstance(value, str) else value
    except ValueError:
        raise ValueError(message) from None
    # A decimal 750 would be 0o1356, which is past the limit.
    if isinstance(mode, bool) or not isinstance(mode, int) or not OWNER_ALL <= mode <= LIMIT_MODE:
        raise ValueError(message)
    return mode


class DirectoriesOptions(FrozenOptions):
    """The folders, and their permissions."""

    paths: Annotated[list[str], NamesFile("instance")] = Field(
        ["."], min_length=1, description="Folders, relative to the app's instance folder."
    )
    mode: Annotated[int, BeforeValidator(parse_mode)] | None = Field(
        None,
        description="Permissions of a new folder, such as 0o750; default: as the umask has it. An "
        "existing folder keeps its own.",
    )


def apply_directories(context: StepContext, options: DirectoriesOptions) -> tuple[str, ...]:
    """Create every folder with its parents, and return their absolute paths."""
    folders = [Path(context.app.instance_path, path) for path in options.paths]
    for position, (path, folder) in enumerate(zip(options.paths, folders, strict=True)):
        try:
            _make_folder(folder, options.mode)
        except OSError as error:
            message = f'the folder "{path}" cannot be created: {error.strerror}'
            hint = "Name a folder that this user may create."
            raise StepFault(message, hint=hint, option=("paths", position)) from error
    return tuple(map(str, folders))


def _make_folder(folder: Path, mode: int | None) -> None:
    if folder.is_dir():
        return
    folder.mkdir(parents=True, exist_ok=True)
    if mode is not None:
        folder.chmod(mode)  # not mkdir's mode, which the umask would cut


STEP = CatalogStep(
    name="directories",
    group="app",
    summary="Create folders, relative to the instance folder.",
    options=DirectoriesOptions,
    apply=apply_directories,
)
