"""Set the upper-case keys of a config file, read by its suffix."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, ValidationInfo, field_validator

from assembler.language.flags import Flag
from assembler.policy import Use
from assembler.steps.config_file import load_config_file
from assembler.steps.config_parsers import DATA_SUFFIXES
from assembler.steps.forms import FrozenOptions, Source
from assembler.steps.named_file import NamedFile, check_suffix
from assembler.steps.named_places import NamesFile

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assembler.steps.forms import SourceContext

__all__ = ["SOURCE", "FileOptions"]


class FileOptions(FrozenOptions):
    """The file to read."""

    path: Annotated[str, NamesFile("profile", Use.DATA)] = Field(
        min_length=1, description="A file that ends in .py, .cfg, .toml, .json, .yaml or .env."
    )
    optional: Flag = Field(default=False, description="Ignore a file that does not exist.")
    relative_to: Literal["profile", "instance", "root"] = Field(
        "profile",
        description="What a relative path starts from: the profile's folder, the app's instance "
        "folder, or the project's root.",
    )

    table: str | None = Field(
        None,
        min_length=1,
        description="The table that holds the keys, such as `tool.shop`; for TOML, JSON and YAML. "
        "Default: the whole file.",
    )

    @field_validator("path")
    @classmethod
    def _check_path(cls, path: str) -> str:
        check_suffix(path)
        return path

    @field_validator("table")
    @classmethod
    def _check_table(cls, table: str | None, info: ValidationInfo) -> str | None:
        path = info.data.get("path")
        if table is not None and path is not None and check_suffix(path) not in DATA_SUFFIXES:
            message = "expected no table: only TOML, JSON and YAML files have tables"
            raise ValueError(message)
        return table


def _load(context: SourceContext, options: FileOptions) -> Mapping[str, Any]:
    folders = {
        "profile": context.folder,
        "instance": Path(context.app.instance_path),
        "root": context.root,
    }
    file = folders[options.relative_to] / options.path
    named = NamedFile(
        file, options.path, check_suffix(options.path), options.optional, options.table
    )
    return load_config_file(context, named)


SOURCE = Source(
    "file", "A config file: Python, TOML, JSON, YAML or dotenv, by its suffix.", FileOptions, _load
)
