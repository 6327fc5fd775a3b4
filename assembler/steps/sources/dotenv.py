"""Set the upper-case keys of a dotenv file, without touching the environment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from assembler.language.flags import Flag
from assembler.policy import Use
from assembler.steps.config_file import load_config_file
from assembler.steps.forms import FrozenOptions, Source
from assembler.steps.named_file import NamedFile
from assembler.steps.named_places import NamesFile

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assembler.steps.forms import SourceContext

__all__ = ["SOURCE", "DotenvOptions"]


class DotenvOptions(FrozenOptions):
    """The file to read."""

    path: Annotated[str, NamesFile("profile", Use.DATA)] = Field(
        ".env", min_length=1, description="A dotenv file, relative to the profile's file."
    )
    optional: Flag = Field(default=False, description="Ignore a file that does not exist.")


def _load(context: SourceContext, options: DotenvOptions) -> Mapping[str, Any]:
    file = context.folder / options.path
    return load_config_file(context, NamedFile(file, options.path, ".env", options.optional))


SOURCE = Source(
    "dotenv", "A dotenv file, read without touching the environment.", DotenvOptions, _load
)
