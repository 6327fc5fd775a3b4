"""Say what becomes of Python's warnings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from assembler.diagnostics.faults import StepFault
from assembler.language.flags import Flag
from assembler.steps.forms import CatalogStep, FrozenOptions, ReferredObject
from assembler.steps.regexes import Regex

if TYPE_CHECKING:
    from assembler.steps.forms import StepContext

__all__ = ["STEP", "WarningsOptions"]

Category = Literal[
    "Warning",
    "BytesWarning",
    "DeprecationWarning",
    "EncodingWarning",
    "FutureWarning",
    "ImportWarning",
    "PendingDeprecationWarning",
    "ResourceWarning",
    "RuntimeWarning",
    "SyntaxWarning",
    "UnicodeWarning",
    "UserWarning",
]


class WarningFilter(FrozenOptions):
    """What becomes of some warnings."""

    action: Literal["default", "error", "ignore", "always", "module", "once"] = Field(
        description="What Python does with them, in its own words."
    )
    message: Regex = Field(
        "", description="A regular expression that the message starts with, in any case."
    )
    category: Category = Field("Warning", description="Their class, one of Python's own.")
    own_category: ReferredObject = Field(
        None, description="Their class, as {$import: …}, in place of `category`."
    )
    module: Regex = Field(
        "", description="A regular expression that the name of the module starts with."
    )


class WarningsOptions(FrozenOptions):
    """The filters, and where warnings go."""

    filters: list[WarningFilter] = Field(
        [], description="Each wins over those before it, and over Python's own and `-W`."
    )
    to_log: Flag = Field(
        default=False,
        description="Whether warnings go to the logger `py.warnings` instead of standard error.",
    )


def apply_warnings(_context: StepContext, options: WarningsOptions) -> None:
    """Add the filters; they are the process's."""
    import builtins
    import logging
    import warnings

    for position, one in enumerate(options.filters):
        category = one.own_category or getattr(builtins, one.category)
        if not (isinstance(category, type) and issubclass(category, Warning)):
            message = "expected a class of warnings, which is derived from Warning"
            option = ("filters", position, "own_category")
            raise StepFault(message, hint="Name such a class, or use `category`.", option=option)
        warnings.filterwarnings(one.action, one.message, category, one.module)
    logging.captureWarnings(options.to_log)


STEP = CatalogStep(
    name="warnings",
    group="app",
    summary="Filter Python's warnings, and write them to the log.",
    options=WarningsOptions,
    apply=apply_warnings,
)
