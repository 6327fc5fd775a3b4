"""Give the form of an adapter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from assembler import codes
from assembler.forms import StepFault
from assembler.suggestion import render_suggestion

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
            message = "`init` is for a class with an init_app"
            raise StepFault(
                message, hint="Write the options under `with`.", code=codes.WRONG_OPTION
            )

    def require(self, *, fits: bool, kind: str) -> None:
        """Refuse an object of another kind than the adapter that the step names is for.

        Raises:
            StepFault: if it does not fit.
        """
        if not fits:
            raise StepFault(
                f'"{self.use}" {kind}',
                hint="Leave out `as`, or name another adapter.",
                code=codes.WRONG_ADAPTER,
            )

    def take(self, key: str, kind: type | tuple[type, ...], expected: str) -> Any:  # noqa: ANN401 - the caller says which
        """Take an option that the adapter needs out of ``with``.

        Raises:
            StepFault: if it is missing or of another type.
        """
        value = self.options.pop(key, None)
        if value is None:
            raise StepFault(f'the option "{key}" is missing: {expected}', code=codes.WRONG_OPTION)
        if not isinstance(value, kind):
            message = f'"{key}" is {expected}, got {type(value).__name__}'
            raise StepFault(message, option=(key,), code=codes.WRONG_OPTION)
        return value

    def refuse_other_options(
        self, known: tuple[str, ...], given: dict[str, Any] | None = None
    ) -> None:
        """Refuse the options that are not in ``known``: those of ``with``, unless others are given.

        Raises:
            StepFault: for the first that is not.
        """
        for key in self.options if given is None else given:
            if key not in known:
                takes = f"It takes {', '.join(known)}." if known else "It takes none."
                raise StepFault(
                    f'unknown option "{key}"',
                    hint=render_suggestion(key, known, takes),
                    option=(key,),
                    code=codes.WRONG_OPTION,
                )


Adapter = Callable[[Attachment], object]  # gives what ``{$step: name}`` means
