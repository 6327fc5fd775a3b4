"""Set the upper-case keys of a config file, read by what its name ends in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, field_validator

from assembler.language.flags import Flag
from assembler.steps.config_file import check_suffix, load_config_file, resolve_path
from assembler.steps.forms import Options, Source

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assembler.steps.forms import SourceContext

__all__ = ["SOURCE", "FileOptions"]


class FileOptions(Options):
    """Which file to read."""

    path: str = Field(
        min_length=1, description="A file that ends in .py, .toml, .json, .yaml or .env."
    )
    optional: Flag = Field(default=False, description="A file that is not there is no error.")
    relative_to: Literal["profile", "instance", "root"] = Field(
        "profile",
        description="What a relative path starts from: the folder of the profile's file, the app's "
        "instance folder, or the project's root.",
    )

    @field_validator("path")
    @classmethod
    def _check_path(cls, path: str) -> str:
        check_suffix(path)
        return path


def _load(context: SourceContext, options: FileOptions) -> Mapping[str, Any]:
    file = resolve_path(context, options.path, options.relative_to)
    return load_config_file(context, file, options.path, optional=options.optional)


SOURCE = Source(
    "file", "A config file: Python, TOML, JSON, YAML or dotenv, by its suffix.", FileOptions, _load
)
