"""Find the code that Celery's settings name, and let the policy decide about it.

Source: what Celery 5.7 and kombu 5.6 give to ``symbol_by_name`` and ``instantiate``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from assembler.diagnostics import codes
from assembler.diagnostics.faults import StepFault, at_option
from assembler.steps.celery_urls import iter_urls

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["CODE", "find_url_fault", "resolve_code"]

# Settings in which a string names a class or a function.
CODE = frozenset(
    {
        *("beat_scheduler", "cassandra_auth_provider", "database_engine_callback"),
        *("redis_backend_credential_provider", "task_annotations", "task_routes"),
        *("worker_agent", "worker_autoscaler", "worker_consumer", "worker_timer"),
    }
)
BACKEND_OPTIONS, ERRORS = "result_backend_transport_options", "additional_connection_errors"
OF_WORKERS = ("beat_", "worker_")  # what no other process imports
CELERYS = "celery."  # its own needs no place on the allow list
TRANSPORT = r"(?a)[A-Za-z][\w+\-]*"
PROVIDER = "credential_provider"  # in the query of a Redis


def find_url_fault(name: str, value: object) -> StepFault | None:
    """Return why a URL, or several with semicolons between them, must not be used.

    A class that it names in the place of a transport, or as what knows the password, is imported.
    """
    for url, scheme in iter_urls(value):
        query = dict(parse_qsl(url.partition("?")[2], keep_blank_values=True))
        if scheme and re.fullmatch(TRANSPORT, scheme) is None:
            message = f"{name} names its transport as code, not by a short name"
            hint = "Use a transport that Celery knows, such as redis or amqp."
        elif PROVIDER in query:
            message = f"{name} names its {PROVIDER} as code"
            hint = "Make the Celery instance in a module, and name that as the step's `app`."
        else:
            continue
        return StepFault(message, hint=hint, option=(name,), code=codes.NOT_ALLOWED)
    return None


def resolve_code(
    settings: dict[str, Any],
    resolve: Callable[[str], object],
    *,
    is_worker: bool,
    above: tuple[str, ...] = (),
) -> None:
    """Put the objects in place of the names of code.

    Args:
        settings: Celery's settings; changed in place.
        resolve: Imports what a reference names, within the allow list.
        is_worker: Whether this process is a worker or beat.
        above: Where the settings are in the options of their step.

    Raises:
        StepFault: at a name that is not allowed, or that names nothing.
    """
    for name in sorted(CODE & settings.keys()):
        if is_worker or not name.startswith(OF_WORKERS):
            with at_option(*above, name):
                settings[name] = _resolve(settings[name], resolve)
    options = settings.get(BACKEND_OPTIONS)
    if isinstance(options, dict) and ERRORS in options:
        with at_option(*above, BACKEND_OPTIONS, ERRORS):
            errors = _resolve(options[ERRORS], resolve)
        settings[BACKEND_OPTIONS] = {**options, ERRORS: errors}


def _resolve(value: object, resolve: Callable[[str], object]) -> object:
    if isinstance(value, (list, tuple)):
        return [_resolve(one, resolve) for one in value]
    if isinstance(value, str) and not value.startswith(CELERYS):
        return resolve(value)
    return value
