"""Define the base of all models, which ignores the app's pydantic plug-ins."""

from __future__ import annotations

import os
import string
from contextlib import contextmanager
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, PlainValidator, WrapValidator

from assembler.document.ends import BLANK_ENDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pydantic.fields import FieldInfo

__all__ = ["Model"]

PLUGINS_SWITCH = "PYDANTIC_DISABLE_PLUGINS"  # documented by pydantic; read for every model


def _refuse_blank_ends(value: object, read: Callable[[object], object]) -> object:
    """Reject white space around a number, which pydantic would strip.

    What cannot be seen is reported where it is written.
    """
    found = read(value)
    is_read = isinstance(value, str) and isinstance(found, (int, float))
    if is_read and value != str(value).strip(string.whitespace):
        raise ValueError(BLANK_ENDS)
    return found


WITHOUT_BLANK_ENDS = WrapValidator(_refuse_blank_ends)


class Model(BaseModel):
    """A pydantic model that rejects unknown keys, never repeats input, and loads no plug-in.

    pydantic asks every installed plug-in about every model. Those of the app would be imported
    before its patches (too early for gevent if one loads `ssl`), and would see the profile with its
    secrets. The app's own models keep them.

    It is completed when it is first used: a model that is only part of another never is.
    """

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, defer_build=True)

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:  # noqa: ANN401 - as pydantic has it
        """Check the ends of what may be a number; other values are read for every profile."""
        super().__pydantic_init_subclass__(**kwargs)
        for field in cls.model_fields.values():
            if _may_be_number(field) and WITHOUT_BLANK_ENDS not in field.metadata:
                field.metadata.append(WITHOUT_BLANK_ENDS)

    @classmethod
    def model_rebuild(cls, **kwargs: Any) -> bool | None:  # noqa: ANN401 - as pydantic has it
        """Complete the model without asking plug-ins."""
        with _without_plugins():
            return super().model_rebuild(**kwargs)

    @classmethod
    def model_json_schema(cls, *args: Any, **kwargs: Any) -> dict[str, Any]:  # noqa: ANN401 - as above
        """Generate the JSON Schema without asking plug-ins: models write its defaults."""
        with _without_plugins():
            return super().model_json_schema(*args, **kwargs)


def _may_be_number(field: FieldInfo) -> bool:
    """Return whether a string may become one: by a type, or by what a validator makes of it."""
    if field.annotation is Any:
        return any(isinstance(one, PlainValidator) for one in field.metadata)
    return _has_number(field.annotation)


def _has_number(annotation: object) -> bool:
    if get_origin(annotation) in (Annotated, Union, UnionType):
        return any(map(_has_number, get_args(annotation)))
    return annotation in (int, float, Any)


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
