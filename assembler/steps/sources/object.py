"""Set the upper-case attributes of an object, as `Config.from_object` does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import Field

from assembler.diagnostics.faults import at_option
from assembler.steps.config_object import read_object
from assembler.steps.forms import NAMES_CODE, FrozenOptions, Source

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assembler.steps.forms import SourceContext

__all__ = ["SOURCE", "ObjectOptions"]


class ObjectOptions(FrozenOptions):
    """The object to read."""

    target: Any = Field(
        description="A reference to a class, a module, an instance or a mapping, such as "
        "`shop.settings:Production` or `shop.settings`.",
        json_schema_extra=NAMES_CODE,
    )


def _load(context: SourceContext, options: ObjectOptions) -> Mapping[str, Any]:
    target = options.target
    if isinstance(target, str):
        with at_option("target"):
            target = context.resolve(target)
    return read_object(context.app, target, option=("target",))


SOURCE = Source(
    "object",
    "The upper-case attributes of a class, a module or an instance; the items of a mapping.",
    ObjectOptions,
    _load,
)
