"""Import modules for their side effects, such as registering models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from assembler.diagnostics.faults import StepFault
from assembler.steps.forms import NAMES_CODE, CatalogStep, FrozenOptions

if TYPE_CHECKING:
    from assembler.steps.forms import StepContext

__all__ = ["STEP", "ImportsOptions"]


class ImportsOptions(FrozenOptions):
    """The modules."""

    modules: list[str] = Field(
        min_length=1,
        description="Dotted names of modules, imported in this order.",
        json_schema_extra=NAMES_CODE,
    )


def apply_imports(context: StepContext, options: ImportsOptions) -> tuple[object, ...]:
    """Import every module in order, within the policy's allow list, and return them."""
    imported: list[object] = []
    for position, name in enumerate(options.modules):
        try:
            # With the colon it is a module even if the name has no dot.
            imported.append(context.resolve(name if ":" in name else f"{name}:"))
        except StepFault as fault:
            fault.option = ("modules", position)
            raise
    return tuple(imported)


STEP = CatalogStep(
    name="imports",
    group="app",
    summary="Import modules for their side effects, in order.",
    options=ImportsOptions,
    apply=apply_imports,
)
