"""Report errors to Sentry, and traces where they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from assembler.diagnostics import codes
from assembler.diagnostics.faults import StepFault
from assembler.steps.forms import CatalogStep, FrozenOptions, ReferredCallable

if TYPE_CHECKING:
    from sentry_sdk.client import BaseClient

    from assembler.report import Report
    from assembler.steps.forms import StepContext

__all__ = ["STEP", "SentryOptions"]

CONFIG_KEY = "SENTRY_DSN"
NAMES = "functions_to_trace"
Rate = Annotated[float, Field(ge=0, le=1)]


class SentryOptions(FrozenOptions):
    """Options of `sentry_sdk.init`, by its own names where it has them."""

    dsn: str | None = Field(
        None,
        repr=False,
        description="Where events are sent; default: the config's SENTRY_DSN. Without one nothing "
        "is sent.",
    )
    environment: str | None = Field(
        None, description="Such as `staging`; default: SENTRY_ENVIRONMENT, else production."
    )
    release: str | None = Field(
        None, description="The version of the app; default: SENTRY_RELEASE, else the Git commit."
    )
    integrations: list[Literal["flask", "celery", "redis", "sqlalchemy"]] | None = Field(
        None,
        description="What is watched besides logging and the standard library; default: of these, "
        "what the app has loaded.",
    )
    sample_rate: Rate = Field(1.0, description="The share of errors that is sent.")
    traces_sample_rate: Rate | None = Field(
        None, description="The share of requests and tasks that is traced; default: none."
    )
    before_send: ReferredCallable = Field(
        None,
        description="A function of event and hint, as {$import: …}, that returns what to send; "
        "default: the event as it is.",
    )
    flush_seconds: float = Field(
        2.0, gt=0, le=30, description="How long the end may wait until all is sent."
    )
    settings: dict[str, Any] = Field(
        {}, description="Further options of `sentry_sdk.init`, such as `data_collection`."
    )


def apply_sentry(context: StepContext, options: SentryOptions) -> BaseClient | None:
    """Start the client in this process, and return it; ``None`` without a DSN.

    A canary's client sends nothing.
    """
    dsn = options.dsn or context.app.config.get(CONFIG_KEY)
    _check_settings(options)
    if not dsn:
        context.report.notes.append("sentry: there is no DSN, nothing is sent")
        return None
    from assembler.steps.sentry_client import (
        add_loaded_integrations,
        build_hooks,
        start_client,
        trace_tasks,
    )

    given = {"dsn", "integrations", "before_send", "flush_seconds", "settings"}
    settings = {
        "dsn": str(dsn),
        "shutdown_timeout": options.flush_seconds,
        **options.model_dump(exclude=given, exclude_none=True),
        **options.settings,
        **build_hooks(
            context,
            {**options.settings, "before_send": options.before_send},
            has_streamed_spans=options.settings.get("trace_lifecycle") == "stream",
        ),
    }
    names = ["flask"] if options.integrations is None else options.integrations
    client = start_client(context, names, settings, options.flush_seconds)

    def complete(_report: Report) -> None:
        if options.integrations is None:
            add_loaded_integrations(client)
        celery = context.app.extensions.get("celery")
        if celery is not None and "celery" in client.integrations:
            trace_tasks(celery)

    context.on_assembled(complete)
    context.app.extensions["sentry"] = client
    return client


def _check_settings(options: SentryOptions) -> None:
    """Reject settings that stand in the way of the step's own."""
    if "before_send" in options.settings:
        message = "`before_send` is an option of the step"
        hint = "Move it out of `settings`."
        raise StepFault(message, hint=hint, option=("settings", "before_send"))
    if NAMES in options.settings:
        message = f"{NAMES} names code that Sentry imports, whatever the policy allows"
        hint = "Decorate the functions with `sentry_sdk.trace`."
        raise StepFault(message, hint=hint, option=("settings", NAMES), code=codes.NOT_ALLOWED)


STEP = CatalogStep(
    name="sentry",
    summary="Report errors to Sentry, with the secrets that the app knows masked.",
    options=SentryOptions,
    apply=apply_sentry,
    packages=("sentry_sdk",),
    extra="sentry",
    group="observability",
    once=True,
)
