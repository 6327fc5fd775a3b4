"""Set the values that the profile itself holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assembler.steps.config_key_case import build_key_fault
from assembler.steps.forms import Source, raise_faults

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assembler.steps.forms import SourceContext

__all__ = ["SOURCE"]


def _load(context: SourceContext, values: Mapping[str, Any]) -> Mapping[str, Any]:  # noqa: ARG001 - the form of a source
    raise_faults(build_key_fault(key) for key in values if not key.isupper())
    return values


SOURCE = Source("values", "Values written in the profile.", None, _load)
