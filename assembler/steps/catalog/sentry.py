"""Report errors to Sentry, and traces where they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from assembler.diagnostics.faults import StepFault
from assembler.steps.forms import CatalogStep, Options, ReferredObject

if TYPE_CHECKING:
    from sentry_sdk.client import BaseClient

    from assembler.report import Report
    from assembler.steps.forms import StepContext

__all__ = ["STEP", "SentryOptions"]

CONFIG_KEY = "SENTRY_DSN"
Rate = Annotated[float, Field(ge=0, le=1)]


class SentryOptions(Options):
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
    before_send: ReferredObject = Field(
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
    own = options.before_send
    if own is not None and not callable(own):
        message = f"expected a function, got {type(own).__name__}"
        hint = "Name a function of an event and a hint."
        raise StepFault(message, hint=hint, option=("before_send",))
    if not dsn:
        context.report.notes.append("sentry: there is no DSN, nothing is sent")
        return None
    from assembler.steps.sentry_client import (
        add_loaded_integrations,
        build_before_send,
        start_client,
        trace_tasks,
    )

    given = {"dsn", "integrations", "before_send", "flush_seconds", "settings"}
    settings = {
        "dsn": str(dsn),
        "before_send": build_before_send(context, own),
        "before_send_transaction": build_before_send(context, None),
        "shutdown_timeout": options.flush_seconds,
        **options.model_dump(exclude=given, exclude_none=True),
        **options.settings,
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
