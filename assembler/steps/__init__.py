"""What a step may name: patches, config sources, catalogue steps, adapters.

Whoever writes a step of their own imports its form from here.
"""

from __future__ import annotations

from assembler.diagnostics.faults import StepFault, raise_faults
from assembler.language.flags import Flag
from assembler.steps.forms import (
    CatalogStep,
    Inherent,
    Options,
    Patch,
    ReferredCallable,
    ReferredObject,
    Source,
    SourceContext,
    StepContext,
)

__all__ = [
    "CatalogStep",
    "Flag",
    "Inherent",
    "Options",
    "Patch",
    "ReferredCallable",
    "ReferredObject",
    "Source",
    "SourceContext",
    "StepContext",
    "StepFault",
    "raise_faults",
]
