"""Check gunicorn's hooks in a profile, without importing them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.faults import StepFault
from assembler.document.nodes import MappingNode, ScalarNode
from assembler.modules.signatures import find_signature
from assembler.serving.gunicorn_source import find_refusal, is_imported
from assembler.serving.settings import build_value_fault

if TYPE_CHECKING:
    import inspect

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.document.nodes import Node
    from assembler.modules.module_index import ModuleIndex

__all__ = ["find_hook_faults"]

CLASSES = ("logger_class", "worker_class")  # which take what a class takes


class _Hook:
    """A callable of which only the signature is known."""

    def __init__(self, signature: inspect.Signature) -> None:
        self.__signature__ = signature

    def __call__(self) -> None:
        """Do nothing: that it can be called is enough."""


def find_hook_faults(options: MappingNode, modules: ModuleIndex) -> list[Diagnostic]:
    """Report the hooks among gunicorn's settings that take other arguments, where that is certain.

    A missing hook is reported where references are checked.
    """
    return [
        build_value_fault("gunicorn", options, key, refusal)
        for key in options.entries
        if is_imported(key)
        and (refusal := _find_refusal(key, options.entries[key].value, modules)) is not None
    ]


def _find_refusal(key: str, node: Node, modules: ModuleIndex) -> Exception | None:
    reference = (
        node.get("$import") if isinstance(node, MappingNode) and key not in CLASSES else None
    )
    if not isinstance(reference, ScalarNode) or not isinstance(reference.value, str):
        return None
    try:
        signature = find_signature(modules.objects, modules.resolve(reference.text))
    except StepFault:
        return None
    return None if signature is None else find_refusal(key, _Hook(signature))
