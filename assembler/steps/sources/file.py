"""Set the upper-case keys of a config file, read by its suffix."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, field_validator

from assembler.language.flags import Flag
from assembler.steps.config_file import check_suffix, load_config_file
from assembler.steps.forms import Options, Source

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assembler.steps.forms import SourceContext

__all__ = ["SOURCE", "FileOptions"]


class FileOptions(Options):
    """The file to read."""

    path: str = Field(
        min_length=1, description="A file that ends in .py, .toml, .json, .yaml or .env."
    )
    optional: Flag = Field(default=False, description="Ignore a file that does not exist.")
    relative_to: Literal["profile", "instance", "root"] = Field(
        "profile",
        description="What a relative path starts from: the profile's folder, the app's instance "
        "folder, or the project's root.",
    )

    @field_validator("path")
    @classmethod
    def _check_path(cls, path: str) -> str:
        check_suffix(path)
        return path


def _load(context: SourceContext, options: FileOptions) -> Mapping[str, Any]:
    folders = {
        "profile": context.folder,
        "instance": Path(context.app.instance_path),
        "root": context.root,
    }
    file = folders[options.relative_to] / options.path
    return load_config_file(context, file, options.path, optional=options.optional)


SOURCE = Source(
    "file", "A config file: Python, TOML, JSON, YAML or dotenv, by its suffix.", FileOptions, _load
)
