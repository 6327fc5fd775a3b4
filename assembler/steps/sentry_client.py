"""Start Sentry's client in the process that serves, and end it with the app."""

from __future__ import annotations

import sys
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

import sentry_sdk
from sentry_sdk.integrations import DidNotEnable, Integration, setup_integrations
from sentry_sdk.transport import Transport

from assembler.diagnostics import codes
from assembler.diagnostics.faults import StepFault
from assembler.steps.request_scope import find_request_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from celery import Celery

    from assembler.steps.forms import StepContext

    Event = dict[str, Any]
    BeforeSend = Callable[[Event, Mapping[str, Any]], Event | None]

__all__ = ["add_loaded_integrations", "build_hooks", "start_client", "trace_tasks"]

# By an integration's name: its class below `sentry_sdk.integrations.NAME`, and its library.
CLASSES = {
    "flask": "FlaskIntegration",
    "celery": "CeleryIntegration",
    "redis": "RedisIntegration",
    "sqlalchemy": "SqlalchemyIntegration",
}
TAGGED = ("before_send", "before_send_transaction")  # whose events have tags
UNTAGGED = ("before_send_log", "before_send_metric")
SPANS = "before_send_span"


class NoTransport(Transport):
    """What sends nothing."""

    def capture_envelope(self, envelope: object) -> None:
        """Drop it."""


def start_client(
    context: StepContext, integrations: Iterable[str], settings: Mapping[str, Any], seconds: float
) -> sentry_sdk.client.BaseClient:
    """Start the client; it has at most ``seconds`` to send what is left when the app is closed.

    Raises:
        StepFault: if Sentry does not accept the settings, or a library is missing.
    """
    everything: dict[str, Any] = {"auto_enabling_integrations": False, **settings}
    if context.report.is_canary:
        everything["transport"] = NoTransport
    try:
        sentry_sdk.init(integrations=[_load(name) for name in integrations], **everything)
    except (DidNotEnable, ImportError) as error:
        message = f"an integration has no library: {error}"
        hint = "Install the package, or leave the integration out."
        option = ("integrations",)
        raise StepFault(message, hint=hint, option=option, code=codes.EXTRA_MISSING) from error
    except (TypeError, ValueError) as error:  # BadDsn is one
        message = f"sentry_sdk does not accept the options: {context.report.scrub(str(error))}"
        hint = "Correct the DSN, or the names and values in `settings`."
        raise StepFault(message, hint=hint) from error
    client = sentry_sdk.get_client()
    scope = sentry_sdk.get_global_scope()
    for name in ("profile", "role"):
        scope.set_tag(f"assembler.{name}", getattr(context.report, name))
    scope.set_context("assembler", {"digest": context.report.digest})
    context.on_close(partial(client.close, seconds))
    return client


def _load(name: str) -> Integration:
    module = import_module(f"sentry_sdk.integrations.{name}")
    made: Integration = getattr(module, CLASSES[name])()
    return made


def add_loaded_integrations(client: sentry_sdk.client.BaseClient) -> None:
    """Add those whose libraries the app has loaded."""
    names = [name for name in CLASSES if name in sys.modules and name not in client.integrations]
    added = setup_integrations(
        [_load(name) for name in names], with_defaults=False, with_auto_enabling_integrations=False
    )
    client.integrations.update(added)


def trace_tasks(celery: Celery) -> None:
    """Have tasks reported that a worker has prepared before this process was assembled."""
    from celery.app import trace  # noqa: PLC0415 - only where Celery is

    for name, task in celery.tasks.items():
        task.__trace__ = trace.build_tracer(name, task, celery.loader, app=celery)
    consumer: Any = sys.modules.get("celery.worker.consumer.consumer")
    if consumer is not None:  # it has kept the function as it was
        consumer.build_tracer = trace.build_tracer


def build_hooks(
    context: StepContext, given: Mapping[str, Any], *, has_streamed_spans: bool
) -> dict[str, Any]:
    """Return the hooks that see all that is sent, which ask those of the project first."""
    hooks = {
        name: _build_before_send(context, given.get(name), has_tags=name in TAGGED)
        for name in (*TAGGED, *UNTAGGED)
    }
    if has_streamed_spans:  # else Sentry warns of the hook
        hooks[SPANS] = _build_before_send(context, given.get(SPANS), has_tags=False)
    return hooks


def _build_before_send(
    context: StepContext, own: BeforeSend | None, *, has_tags: bool
) -> BeforeSend:
    """Return what masks the secrets that the app knows in an event, and names its request."""
    scrub = context.report.scrub

    def before_send(event: Event, hint: Mapping[str, Any]) -> Event | None:
        request_id = find_request_id() if has_tags else None
        if request_id is not None:
            event.setdefault("tags", {})["request_id"] = request_id
        kept = event if own is None else own(event, hint)
        return None if kept is None else {key: _mask(value, scrub) for key, value in kept.items()}

    return before_send


def _mask(value: object, scrub: Callable[[str], str]) -> Any:  # noqa: ANN401 - as it is
    if isinstance(value, str):
        return scrub(value)
    if isinstance(value, dict):
        return {key: _mask(one, scrub) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_mask(one, scrub) for one in value]
    return value
