"""Resolve object references, within the allow list."""

from __future__ import annotations

import functools
import importlib
import importlib.util
import re
import sys
from types import BuiltinMethodType, MethodType, ModuleType
from typing import TYPE_CHECKING, NamedTuple

from assembler.diagnostics import codes
from assembler.diagnostics.failures import describe_failure, is_leaving
from assembler.diagnostics.faults import StepFault
from assembler.diagnostics.suggestion import render_names, render_suggestion
from assembler.files import PROFILE_SUFFIXES
from assembler.policy import Use

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assembler.diagnostics.failures import Failure
    from assembler.policy import Policy

__all__ = [
    "Reference",
    "build_attribute_fault",
    "build_import_fault",
    "build_missing_fault",
    "check_allowed",
    "check_public",
    "find_meant_reference",
    "find_own_module",
    "is_catalog_name",
    "is_profile_path",
    "parse_reference",
    "resolve_reference",
]

REFERENCE = re.compile(
    r"(?P<module>[^\W\d]\w*(?:\.[^\W\d]\w*)*)(?P<colon>:(?P<path>[^\W\d]\w*(?:\.[^\W\d]\w*)*)?)?"
)
PLAIN_DATA = (bool, int, float, complex, str, bytes, list, tuple, dict, set, frozenset, type(None))


class Reference(NamedTuple):
    """A parsed object reference: a module, and the attributes to follow from it."""

    module: str
    attributes: tuple[str, ...]

    def __str__(self) -> str:
        """Return it as a profile would write it."""
        return f"{self.module}:{'.'.join(self.attributes)}" if self.attributes else self.module


def is_catalog_name(text: str) -> bool:
    """Return whether ``text`` is a catalogue name: it has neither a dot nor a colon."""
    return "." not in text and ":" not in text


def is_profile_path(text: str) -> bool:
    """Return whether what a mount uses is a profile's file and not an object reference."""
    return text.endswith(PROFILE_SUFFIXES)


@functools.lru_cache(maxsize=1024)  # `again_steps` of `make bench`: without it 2.9 ms more
def parse_reference(text: str) -> Reference:
    """Read ``package.module:attribute.path``, ``package.module`` or ``module:``.

    Raises:
        StepFault: if it is none of these.
    """
    match = REFERENCE.fullmatch(text)
    if match is None:
        message = f'"{text}" is not an object reference'
        meant = find_meant_reference(text) or "package.module:attribute"
        hint = f"Write it as `{meant}`."
        raise StepFault(message, hint=hint, code=codes.BAD_OBJECT_REFERENCE)
    path = match["path"]
    return Reference(match["module"], tuple(path.split(".")) if path else ())


def find_meant_reference(text: str) -> str | None:
    """Return the reference that is meant by a file's path, or by the name of a distribution."""
    path, colon, attribute = text.strip().removeprefix("./").partition(":")
    module = re.sub(r"(?:/__init__)?\.py$", "", path).replace("/", ".").replace("-", "_")
    attribute = attribute.strip().lstrip(":").removesuffix("()")
    meant = f"{module}{colon}{attribute}"
    return meant if meant != text and REFERENCE.fullmatch(meant) else None


def resolve_reference(text: str, policy: Policy) -> object:
    """Import what ``text`` names.

    The module as written must be allowed before it is imported, and then the module that the
    resolved object itself belongs to, so that no alias or re-export gets round the list.

    Raises:
        StepFault: if it is not allowed, does not exist, or raises while it is imported.
    """
    module, attributes = reference = parse_reference(text)
    is_limited = policy.limits_modules
    if is_limited:
        check_allowed(module, policy, text)
        check_public(attributes, policy, text)
    target: object = _import_module(module)
    for position, attribute in enumerate(attributes):
        try:
            target = getattr(target, attribute)
        except AttributeError:
            target = _import_attribute(target, attribute, reference, position, policy)
    own_module = find_own_module(target) if is_limited else None
    if own_module is not None:
        check_allowed(own_module, policy, text)
    return target


def find_own_module(target: object) -> str | None:
    """Return the module that ``target`` belongs to; ``None`` for plain data, which is not code.

    A module is its own, a class or a function has its ``__module__``, a partial or a wrapper that
    of what it wraps, a method that of its function, any other instance that of its type.
    """
    while isinstance(target, (functools.partial, MethodType)) or hasattr(target, "__wrapped__"):
        if isinstance(target, functools.partial):
            target = target.func
        elif isinstance(target, MethodType):
            target = target.__func__
        else:
            target = target.__wrapped__
    if isinstance(target, ModuleType):
        return target.__name__
    if type(target) in PLAIN_DATA:
        return None
    if isinstance(target, BuiltinMethodType):
        owner = target.__self__
        return owner.__name__ if isinstance(owner, ModuleType) else type(owner).__module__
    if callable(target):
        module = getattr(target, "__module__", None)
        if isinstance(module, str):
            return module
    return type(target).__module__


def check_allowed(module: str, policy: Policy, text: str) -> None:
    """Check that the policy allows ``module``, which the reference ``text`` names or leads to.

    Raises:
        StepFault: if it does not.
    """
    fault = policy.find_refusal(module, Use.MODULE)
    if fault is None:
        return
    if not text.startswith(module):
        fault.message += f', which "{text}" leads to'
    raise fault


def check_public(names: Iterable[str], policy: Policy, text: str) -> None:
    """Check that no part of a path is Python's own, which leads anywhere, if the policy limits.

    Raises:
        StepFault: if one is, such as ``__globals__``.
    """
    private = next((name for name in names if name.startswith("__")), None)
    if private is None or not policy.limits_modules:
        return
    raise StepFault(
        f'the policy does not allow the name "{private}" in "{text}"',
        hint="Name an object by its public names.",
        code=codes.NOT_ALLOWED,
    )


def _import_module(name: str) -> ModuleType:
    try:  # as the statement `import` does: a third of the time of `import_module`
        loaded = sys.modules[name]
        if not loaded.__spec__._initializing:  # type: ignore[union-attr]  # noqa: SLF001 - its own
            return loaded
    except (AttributeError, KeyError):
        pass
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{name}.".startswith(f"{error.name}."):
            raise build_import_fault(name, describe_failure(error)) from error
        raise build_missing_fault(error.name, _list_siblings(error.name)) from error
    except BaseException as error:
        if is_leaving(error):
            raise
        raise build_import_fault(name, describe_failure(error)) from error


def _list_siblings(missing: str) -> set[str]:
    import pkgutil  # noqa: PLC0415 - only for a hint

    parent = missing.rpartition(".")[0]
    if not parent:
        return {info.name for info in pkgutil.iter_modules()} | sys.stdlib_module_names
    package = sys.modules.get(parent)
    return {info.name for info in pkgutil.iter_modules(getattr(package, "__path__", []))}


def build_missing_fault(missing: str, known: set[str]) -> StepFault:
    """Describe a module that does not exist; ``known`` are those next to where it would be."""
    parent, _, last = missing.rpartition(".")
    if not parent:
        message = f'there is no module "{missing}"'
        otherwise = "Install the package, or add its folder to `pythonpath` in [tool.assembler]."
    else:
        message = f'the package "{parent}" has no module "{last}"'
        otherwise = (
            f"It has {render_names(sorted(known))}."
            if known
            else f"Write `{parent}:{last}` for an attribute of it."
        )
    return StepFault(
        message, hint=render_suggestion(last, known, otherwise), code=codes.MODULE_NOT_FOUND
    )


def build_import_fault(name: str, failure: Failure) -> StepFault:
    """Describe how importing the module ``name`` failed."""
    return StepFault(
        f'importing "{name}" failed: {failure.text}',
        hint="Fix the module, or what it needs.",
        code=codes.IMPORT_FAILED,
        related=failure.related,
    )


def _import_attribute(
    owner: object, attribute: str, reference: Reference, position: int, policy: Policy
) -> object:
    """Return a submodule of ``owner``, which has no such attribute yet."""
    if isinstance(owner, ModuleType) and hasattr(owner, "__path__"):
        submodule = f"{owner.__name__}.{attribute}"
        if importlib.util.find_spec(submodule) is not None:
            # `owner` may be of another package, which the module as written imported.
            check_allowed(submodule, policy, str(reference))
            return _import_module(submodule)
    above = Reference(reference.module, reference.attributes[:position])
    kind = "class" if isinstance(owner, type) else type(owner).__name__
    public = [name for name in dir(owner) if not name.startswith("_")]
    raise build_attribute_fault(above, kind, attribute, public)


def build_attribute_fault(
    said: Reference, kind: str, attribute: str, public: list[str]
) -> StepFault:
    """Describe a missing ``attribute`` of what ``said`` names, which is a ``kind``."""
    message = f'the {kind} "{said}" has no attribute "{attribute}"'
    otherwise = (
        f"It has {render_names(sorted(public))}." if public else "It has no public attributes."
    )
    return StepFault(
        message,
        hint=render_suggestion(attribute, public, otherwise),
        code=codes.ATTRIBUTE_NOT_FOUND,
    )
