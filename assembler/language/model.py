"""Define the base of all models, which ignores the app's pydantic plug-ins."""

from __future__ import annotations

import os
import string
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, field_validator

from assembler.document.ends import BLANK_ENDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pydantic._internal._model_construction import ModelMetaclass
else:
    ModelMetaclass = type(BaseModel)

__all__ = ["Model", "PlainModel"]

PLUGINS_SWITCH = "PYDANTIC_DISABLE_PLUGINS"  # documented by pydantic; read for every model


@contextmanager
def _without_plugins() -> Iterator[None]:
    before = os.environ.get(PLUGINS_SWITCH)
    os.environ[PLUGINS_SWITCH] = "__all__"
    try:
        yield
    finally:
        if before is None:
            del os.environ[PLUGINS_SWITCH]
        else:
            os.environ[PLUGINS_SWITCH] = before


class _WithoutPlugins(ModelMetaclass):
    def __new__(cls, *args: Any, **kwargs: Any) -> type:  # noqa: ANN401 - as pydantic has it
        with _without_plugins():
            return super().__new__(cls, *args, **kwargs)


class PlainModel(BaseModel, metaclass=_WithoutPlugins):
    """A pydantic model that rejects unknown keys, never repeats input, and loads no plug-in.

    pydantic asks every installed plug-in about every model. Those of the app would be imported
    before its patches (too early for gevent if one loads `ssl`), and would see the profile with its
    secrets. The app's own models keep them.

    It has no numbers. One of it is read for every step of every profile that is linted.
    """

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    @classmethod
    def model_json_schema(cls, *args: Any, **kwargs: Any) -> dict[str, Any]:  # noqa: ANN401 - as pydantic has it
        """Return the JSON Schema; completing a model for it would ask the plug-ins as well."""
        with _without_plugins():
            return super().model_json_schema(*args, **kwargs)


class Model(PlainModel):
    """A model that may have numbers."""

    @field_validator("*", mode="wrap")
    @classmethod
    def _refuse_blank_ends(cls, value: object, read: Callable[[object], object]) -> object:
        """Reject white space around a number, which pydantic would strip.

        What cannot be seen is reported where it is written.
        """
        found = read(value)
        is_read = isinstance(value, str) and isinstance(found, (int, float))
        if is_read and value != str(value).strip(string.whitespace):
            raise ValueError(BLANK_ENDS)
        return found
