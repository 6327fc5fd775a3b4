"""Send mail, with Flask-Mailman."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, model_validator

from assembler.language.flags import Flag
from assembler.steps.forms import (
    CatalogStep,
    FrozenOptions,
    Inherent,
    ReferredCallable,
    ReferredObject,
)
from assembler.steps.named_in_config import check_named
from assembler.steps.own_instance import get_instance

if TYPE_CHECKING:
    from flask_mailman import Mail

    from assembler.steps.forms import StepContext

__all__ = ["STEP", "MailOptions"]

BACKENDS = {"smtp": "smtp", "console": "console", "memory": "locmem", "none": "dummy"}
CONFIG_KEYS = {  # by the option
    "server": "MAIL_SERVER",
    "port": "MAIL_PORT",
    "username": "MAIL_USERNAME",
    "password": "MAIL_PASSWORD",
    "use_tls": "MAIL_USE_TLS",
    "use_ssl": "MAIL_USE_SSL",
    "default_sender": "MAIL_DEFAULT_SENDER",
    "timeout_seconds": "MAIL_TIMEOUT",
}
TIMEOUT_SECONDS = 10.0
CHECK_SECONDS = 1.0


class MailOptions(FrozenOptions):
    """The mail server, and how it is asked; what is left out is the config's, `MAIL_…`."""

    mail: ReferredObject = Field(
        None,
        description="The project's own Flask-Mailman instance, as {$import: …}; default: a new one "
        "for each app.",
    )
    backend: Literal["smtp", "console", "memory", "none"] | None = Field(
        None,
        description="Where mail goes: to the server; to the standard output; to "
        '`app.extensions["mailman"].outbox`; nowhere. Default: the config\'s MAIL_BACKEND, else '
        "memory where TESTING is true, and smtp.",
    )
    backend_class: ReferredCallable = Field(
        None,
        description="A backend of the project's, as {$import: …}; default: what `backend` says.",
    )
    server: str | None = Field(
        None, min_length=1, description="The server's host; default: the config's, else localhost."
    )
    port: int | None = Field(
        None, ge=1, le=65535, description="Its port; default: the config's, else 25."
    )
    username: str | None = Field(
        None, description="The user to log in as; default: the config's, else nobody."
    )
    password: str | None = Field(
        None, repr=False, description="The user's password; default: the config's."
    )
    use_tls: Flag | None = Field(
        None,
        description="Whether to begin in the clear and go on with STARTTLS, on port 587; default: "
        "the config's, else false.",
    )
    use_ssl: Flag | None = Field(
        None,
        description="Whether to use TLS from the first byte, on port 465; default: the config's, "
        "else false.",
    )
    verify_certificate: Flag = Field(
        default=True, description="Whether the server needs a certificate that this machine trusts."
    )
    default_sender: str | None = Field(
        None,
        min_length=1,
        description="Who sends mail that does not say it; default: the config's.",
    )
    timeout_seconds: float | None = Field(
        None,
        gt=0,
        description="How long the server may take to answer; default: the config's, else "
        f"{TIMEOUT_SECONDS:g}.",
    )
    check_server: Flag = Field(
        default=False,
        description="Whether readiness asks for the server: an app that is not ready while it is "
        "away.",
    )

    @model_validator(mode="after")
    def _check_tls(self) -> MailOptions:
        if self.use_tls and self.use_ssl:
            message = "expected one of `use_tls` and `use_ssl`"
            raise ValueError(message)
        if self.backend is not None and self.backend_class is not None:
            message = "expected one of `backend` and `backend_class`"
            raise ValueError(message)
        return self


def apply_mail(context: StepContext, options: MailOptions) -> Mail:
    """Put the options into the config, and set Flask-Mailman up; connects to nothing.

    A connection is made for each mail or list of mails, so that nothing is kept over a fork. In a
    canary nothing is sent.
    """
    from flask_mailman import Mail

    from assembler.steps.mail_backend import SmtpBackend, UnverifiedBackend

    config = context.app.config
    for option, key in CONFIG_KEYS.items():
        value = getattr(options, option)
        if value is not None:
            config[key] = value
    if config.get("MAIL_TIMEOUT") is None:  # the library would wait for ever
        config["MAIL_TIMEOUT"] = TIMEOUT_SECONDS
    if options.backend is not None:
        config["MAIL_BACKEND"] = BACKENDS[options.backend]
    elif options.backend_class is not None:
        config["MAIL_BACKEND"] = options.backend_class
    check_named(context, "MAIL_BACKEND", config.get("MAIL_BACKEND"))
    mail = get_instance(options.mail, Mail, "mail")
    state = mail.init_app(context.app)
    if context.report.is_canary:
        state.backend = BACKENDS["none"]
    elif state.backend == BACKENDS["smtp"]:
        state.backend = SmtpBackend if options.verify_certificate else UnverifiedBackend
        if options.check_server:
            context.report.add_check("mail", partial(_check_server, state))
    context.app.extensions["mail"] = mail
    return mail


def _check_server(state: Any) -> None:  # noqa: ANN401 - the library has no types
    """Connect, and log in."""
    connection = state.backend(mailman=state, timeout=CHECK_SECONDS)
    connection.open()
    connection.close()


STEP = CatalogStep(
    name="mail",
    summary="Send mail, through Flask-Mailman.",
    options=MailOptions,
    apply=apply_mail,
    packages=("flask_mailman",),
    extra="mail",
    group="app",
    once=True,
    inherent=(Inherent("extension", "mail", "The step keeps the object there."),),
)
