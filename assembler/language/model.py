"""Give pydantic's model as the assembler uses it: apart from the plug-ins of the app."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic._internal._model_construction import ModelMetaclass
else:
    ModelMetaclass = type(BaseModel)

__all__ = ["Model"]

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


class Model(BaseModel, metaclass=_WithoutPlugins):
    """A pydantic model that refuses unknown keys, repeats no input, and knows no plug-in.

    pydantic asks every installed plug-in about every model. Those of the app would be imported
    before its patches (one that loads `ssl` is too early for gevent), and be shown what a profile
    says, secrets among it. The app's own models have them as before.
    """

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)
