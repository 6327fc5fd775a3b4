"""Set the values that the profile itself holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assembler.diagnostics.faults import raise_faults
from assembler.steps.forms import Source
from assembler.steps.step_faults import build_key_fault

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assembler.steps.forms import SourceContext

__all__ = ["SOURCE"]


def _load(context: SourceContext, values: Mapping[str, Any]) -> Mapping[str, Any]:  # noqa: ARG001 - the form of a source
    raise_faults(build_key_fault(key) for key in values if not key.isupper())
    return values


SOURCE = Source("values", "Values written in the profile.", None, _load)
