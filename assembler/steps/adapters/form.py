"""Give the form of an adapter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from assembler.diagnostics import codes
from assembler.diagnostics.faults import StepFault
from assembler.steps.step_faults import (
    EXPECTED,
    build_init_fault,
    build_missing_option_fault,
    build_unfit_fault,
    find_unknown_option_fault,
)

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["Adapter", "Attachment"]


@dataclass(slots=True)
class Attachment:
    """What an adapter is given: the app, the object, and the step's options."""

    app: Flask
    target: Any  # what ``use`` names; ``None`` only for an endpoint alone
    name: str  # of the step
    use: str
    options: dict[str, Any] = field(default_factory=dict)  # of ``with``
    init: dict[str, Any] = field(default_factory=dict)
    resolve: Callable[[str], Any] = field(repr=False, kw_only=True)  # an object reference
    mount: Callable[[str], Any] = field(repr=False, kw_only=True)  # another profile's app

    def refuse_init(self) -> None:
        """Refuse ``init`` where there is no second call that it could be for.

        Raises:
            StepFault: if it is given.
        """
        if self.init:
            raise build_init_fault()

    def require(self, adapter: str, *, fits: bool) -> None:
        """Refuse an object of another kind than ``adapter``, which the step names, is for.

        Raises:
            StepFault: if it does not fit.
        """
        if not fits:
            raise build_unfit_fault(self.use, adapter)

    def take(self, key: str, kind: type | tuple[type, ...]) -> Any:  # noqa: ANN401 - the caller says which
        """Take an option that the adapter needs out of ``with``.

        Raises:
            StepFault: if it is missing or of another type.
        """
        value = self.options.pop(key, None)
        if value is None:
            raise build_missing_option_fault(key)
        if not isinstance(value, kind):
            message = f'"{key}" is {EXPECTED[key]}, got {type(value).__name__}'
            hint = "Write such a value."
            raise StepFault(message, hint=hint, option=(key,), code=codes.WRONG_OPTION)
        return value

    def refuse_other_options(
        self, known: tuple[str, ...], given: dict[str, Any] | None = None
    ) -> None:
        """Refuse the options that are not in ``known``: those of ``with``, unless others are given.

        Raises:
            StepFault: for the first that is not.
        """
        fault = find_unknown_option_fault(self.options if given is None else given, known)
        if fault is not None:
            raise fault


Adapter = Callable[[Attachment], object]  # gives what ``{$step: name}`` means
