"""Find what is wrong with gunicorn's hooks in a profile, without importing them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeGuard

from assembler import codes
from assembler.forms import StepFault
from assembler.gunicorn_source import find_refusal, load_imported_settings
from assembler.nodes import Mapping, Node, Scalar
from assembler.server_settings import build_value_fault, describe_refusal
from assembler.static_signature import find_signature

if TYPE_CHECKING:
    import inspect

    from assembler.diagnostics import Diagnostic
    from assembler.module_index import ModuleIndex
    from assembler.static_module import StaticModule

__all__ = ["find_hook_faults"]

CLASSES = ("logger_class", "worker_class")  # which gunicorn looks for later, and in other ways


class _Hook:
    """Stand in for a callable of which only the signature is known."""

    def __init__(self, signature: inspect.Signature) -> None:
        self.__signature__ = signature

    def __call__(self) -> None:
        """Be one that can be called."""


def find_hook_faults(options: Mapping, modules: ModuleIndex) -> list[Diagnostic]:
    """Report the hooks among gunicorn's settings that are not there, or take other arguments."""
    return [
        build_value_fault("gunicorn", options, key, reason)
        for key in load_imported_settings().intersection(options.entries)
        if key not in CLASSES
        and (reason := _find_reason(key, options.entries[key].value, modules)) is not None
    ]


def _find_reason(key: str, node: Node, modules: ModuleIndex) -> str | None:
    """Give, in gunicorn's words, why it does not take a hook, where that is certain."""
    if isinstance(node, Mapping):
        reference = node.get("$import")  # one that is not there is no matter of gunicorn's
        return _find_arity_fault(key, reference.text, modules) if _is_text(reference) else None
    if not _is_text(node) or "." not in node.text:
        return None
    module, _, name = node.text.rpartition(".")
    missing = _find_missing_module(module, modules)
    if missing is not None or not name.isidentifier():
        return missing
    try:
        modules.resolve(f"{module}:{name}")
    except StepFault as fault:
        is_missing = fault.code is codes.ATTRIBUTE_NOT_FOUND
        return f"can not load '{name}' from '{module}'" if is_missing else None
    return _find_arity_fault(key, f"{module}:{name}", modules)


def _is_text(node: Node | None) -> TypeGuard[Scalar]:
    return isinstance(node, Scalar) and isinstance(node.value, str) and not node.unknown


def _find_missing_module(module: str, modules: ModuleIndex) -> str | None:
    parts = module.split(".")
    found: StaticModule | None = None
    for end in range(1, len(parts) + 1):
        if not parts[end - 1].isidentifier():
            return None
        above, found = found, modules.find_module(".".join(parts[:end]))
        if found is None:
            missing = f"no module named '{'.'.join(parts[:end])}'"
            is_inside = above is not None and not above.is_package
            no_package = f"; '{'.'.join(parts[: end - 1])}' is not a package"
            return f"{missing}{no_package if is_inside else ''}"
    return None


def _find_arity_fault(key: str, reference: str, modules: ModuleIndex) -> str | None:
    try:
        signature = find_signature(modules.objects, modules.resolve(reference))
    except StepFault:  # which is said where references are checked
        return None
    refusal = None if signature is None else find_refusal(key, _Hook(signature))
    return None if refusal is None else describe_refusal(refusal)
