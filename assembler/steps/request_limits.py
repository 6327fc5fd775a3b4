"""Exempt routes from limits, and answer requests that cannot be counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app, request
from limits.errors import StorageError
from werkzeug.exceptions import ServiceUnavailable

from assembler.diagnostics.faults import StepFault
from assembler.diagnostics.suggestion import render_suggestion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Flask
    from flask.typing import ResponseReturnValue
    from flask_limiter import Limiter

__all__ = ["answer_storage_errors", "exempt_names"]

RETRY_SECONDS = 1


def answer_storage_errors(app: Flask) -> None:
    """Answer with 503, through the app's own handler of it, while nothing can be counted."""

    def answer(error: StorageError) -> ResponseReturnValue:
        app.logger.error("requests are refused, they cannot be counted: %s", error.storage_error)
        response = app.make_response(
            app.handle_user_exception(ServiceUnavailable(retry_after=RETRY_SECONDS))
        )
        response.headers.setdefault("Retry-After", str(RETRY_SECONDS))
        return response

    app.register_error_handler(StorageError, answer)


def exempt_names(app: Flask, limiter: Limiter, names: Sequence[str]) -> None:
    """Let endpoints and blueprints have no limits.

    Raises:
        StepFault: if the app has none of a name.
    """
    known = {*app.view_functions, *app.blueprints}
    for position, name in enumerate(names):
        if name not in known:
            message = f"the app has no endpoint and no blueprint '{name}'"
            hint = render_suggestion(name, known, "Run `assembler flask PROFILE routes`.")
            raise StepFault(message, hint=hint, option=("exempt", position))
    exempt = frozenset(names)

    @limiter.request_filter
    def is_exempt() -> bool:
        # An instance of the project's own may serve several apps.
        is_ours = current_app._get_current_object() is app  # type: ignore[attr-defined]  # noqa: SLF001 - as Flask documents it
        return is_ours and not exempt.isdisjoint((request.endpoint, *request.blueprints))
