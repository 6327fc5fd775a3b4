"""Define what an adapter is, and attach an object with one.

An adapter's file imports Flask or Werkzeug only inside its ``attach``: the linter reads the same
form without loading either.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

from assembler.diagnostics import codes
from assembler.diagnostics.faults import StepFault
from assembler.diagnostics.suggestion import render_suggestion
from assembler.references.signature import call_checked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from flask import Flask

    from assembler.document.nodes import MappingNode, Node
    from assembler.language.profile import Step

__all__ = [
    "NEVER_CALLED",
    "Adapter",
    "Attachment",
    "Host",
    "RequiredOption",
    "build_init_fault",
    "build_unfit_fault",
    "check_values",
    "find_app_hint",
    "make_target",
]


# To call a command is to run it, and it ends the process.
NEVER_CALLED = frozenset({"click.core.Command"})
MISSING_APP = r"missing a required argument: '(app|application|flask_app)'$"


class Host(Protocol):
    """What an adapter may ask of whoever attaches."""

    @property
    def mount(self) -> Callable[[Node, str], Flask]:
        """Assembles the profile whose path a node says."""

    def resolve(self, reference: str) -> Any:  # noqa: ANN401 - an object of the project
        """Import the object that ``reference`` names, within the policy's allow list."""


@dataclass(slots=True)  # not frozen: one is made for nearly every step, in half the time
class Attachment:
    """An object to attach to an app, and the options of its step."""

    app: Flask
    target: Any  # what ``use`` names; ``None`` for an endpoint alone and for another profile
    step: Step
    options: dict[str, Any]  # of ``with``
    init: dict[str, Any] | None  # ``None``: it is not written
    host: Host
    is_made: bool = False  # ``target`` was made by what ``use`` names


class RequiredOption(NamedTuple):
    """An option that an adapter cannot do without."""

    name: str
    kinds: tuple[type, ...]
    expected: str  # what it is, in words


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Adapter:
    """How a step uses the object that it names.

    The object is told by ``method`` or by ``classes``; without either, anything that can be called
    fits.
    """

    name: str
    summary: str
    attach: Callable[[Attachment], object]  # returns what ``{$step: name}`` means
    method: str | None = None  # which the object has; it is called with the app
    classes: frozenset[str] = frozenset()  # by their full names; the object is an instance of one
    unfit: str = "cannot be called"  # said of an object that does not fit
    # Whether, where ``as`` names the adapter, a callable that is no such object makes it: it is
    # called with ``with``, and ``init`` holds the options. "init": anything, if that is written.
    maker: Literal["callable", "init"] | None = None
    takes_class: bool = False  # a class that makes it is told where ``as`` is left out, too
    arguments: int | None = None  # passed before ``with`` when the object is called at once
    options: tuple[str, ...] | None = None  # that it takes; ``None``: the object decides
    required: RequiredOption | None = None
    check: Callable[[Mapping[str, object]], None] | None = None  # raises for values that are wrong
    # Return what is certainly wrong with the options as they are written.
    find_faults: Callable[[MappingNode], Iterable[StepFault]] | None = None
    names_code: tuple[str, ...] = ()  # the options that name Python objects
    guards: bool = False  # it may refuse requests: a step that fails must not be skipped
    wraps: bool = False  # it wraps the app's WSGI callable

    def fits(self, target: object) -> bool:
        """Return whether ``target`` is such an object, or a class that makes one."""
        if self.method is not None:
            return hasattr(target, self.method)
        if self.classes:
            kind = target.__class__
            if isinstance(target, type) and self.maker is not None:
                kind = target
            return _is_one_of(kind, self.classes)
        return callable(target)

    def is_guessed(self, target: object) -> bool:
        """Return whether ``target`` is such an object where ``as`` is left out."""
        if self.classes and not self.takes_class and isinstance(target, type):
            return False
        return self.fits(target)

    def is_maker(self, target: object, *, has_init: bool) -> bool:
        """Return whether ``target`` is called to make the object."""
        if self.maker == "init":
            return has_init and callable(target)
        if self.maker is None:
            return False
        if isinstance(target, type):
            return self.fits(target)
        is_callable = callable(target) and not _is_one_of(type(target), NEVER_CALLED)
        return is_callable and not self.fits(target)

    def check_options(self, options: Mapping[str, object]) -> None:
        """Reject options that the adapter does not take.

        Raises:
            StepFault: for a required option that is missing, else for the first unknown one.
        """
        if self.required is not None and options.get(self.required.name) is None:
            key, _, expected = self.required
            message = f'the option "{key}" is missing: {expected}'
            raise StepFault(message, hint=f"Write `{key}` under `with`.", code=codes.WRONG_OPTION)
        known = self.options
        unknown = [] if known is None else [key for key in options if key not in known]
        if unknown and known is not None:
            takes = f"It takes {', '.join(known)}." if known else "It takes none."
            raise StepFault(
                f'unknown option "{unknown[0]}"',
                hint=render_suggestion(unknown[0], known, takes),
                option=(unknown[0],),
                code=codes.WRONG_OPTION,
            )


def _is_one_of(kind: type, names: frozenset[str]) -> bool:
    return not names.isdisjoint(f"{base.__module__}.{base.__qualname__}" for base in kind.__mro__)


def make_target(adapter: Adapter, attachment: Attachment) -> Attachment:
    """Return what to attach where ``use`` names what makes the object.

    Raises:
        StepFault: if it cannot be made, or does not fit the adapter.
    """
    made = _make(adapter, attachment.target, attachment.options)
    if not adapter.fits(made):
        returned = f"returned a value of type {type(made).__name__}, which {adapter.unfit}"
        raise build_unfit_fault(adapter, attachment.step.use, returned)
    options = attachment.init or {}
    return replace(attachment, target=made, options=options, is_made=True)


def check_values(adapter: Adapter, options: dict[str, Any]) -> None:
    """Reject options that the adapter does not take, and values that are wrong.

    Raises:
        StepFault: at the first.
    """
    adapter.check_options(options)
    if adapter.required is not None:
        _check_kind(adapter.required, options[adapter.required.name])
    if adapter.check is not None:
        adapter.check(options)


def _make(adapter: Adapter, target: Any, options: dict[str, Any]) -> object:  # noqa: ANN401 - an object of the project
    try:
        return call_checked(target, options=options)
    except StepFault as fault:
        fault.hint = find_app_hint(adapter, fault, is_class=isinstance(target, type)) or fault.hint
        raise


def find_app_hint(adapter: Adapter, fault: StepFault, *, is_class: bool) -> str | None:
    """Return what to write where all that a maker lacks is the app; ``None`` for other faults."""
    missing = re.search(MISSING_APP, fault.message)
    if missing is None:
        return None
    if is_class and adapter.method is not None:
        return "Write `as: call`, which passes the app to the constructor."
    return f"Write `{missing[1]}: {{$app: .}}` under `with`."


def build_unfit_fault(adapter: Adapter, use: str, said: str | None = None) -> StepFault:
    """Describe an object that does not fit ``adapter``; ``said`` replaces the usual words."""
    return StepFault(
        f'"{use}" {said or adapter.unfit}',
        hint="Remove `as`, or name another adapter.",
        code=codes.WRONG_ADAPTER,
    )


def build_init_fault() -> StepFault:
    """Describe an ``init`` where no second call takes it."""
    message = "`init` is for an object that the step makes first"
    return StepFault(message, hint="Write the options under `with`.", code=codes.WRONG_OPTION)


def _check_kind(required: RequiredOption, value: object) -> None:
    if not isinstance(value, required.kinds):
        message = f'"{required.name}" is {required.expected}, got {type(value).__name__}'
        hint = f"Write {required.expected}."
        raise StepFault(message, hint=hint, option=(required.name,), code=codes.WRONG_OPTION)
