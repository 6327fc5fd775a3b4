"""Send mail by SMTP, over TLS that verifies the server."""

from __future__ import annotations

import smtplib
import ssl
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from flask_mailman.backends.smtp import EmailBackend

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["SmtpBackend", "UnverifiedBackend"]


class SmtpBackend(EmailBackend):  # type: ignore[misc]  # the library has no types
    """Flask-Mailman's own, whose STARTTLS passes no context on: smtplib then verifies nothing."""

    is_verified = True

    @cached_property
    def ssl_context(self) -> ssl.SSLContext:
        """What the server is verified with."""
        context = ssl.create_default_context()
        if self.ssl_certfile:
            context.load_cert_chain(self.ssl_certfile, self.ssl_keyfile)
        if not self.is_verified:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context

    @property
    def connection_class(self) -> Callable[..., smtplib.SMTP]:
        """What makes a connection."""
        return smtplib.SMTP_SSL if self.use_ssl else partial(StartTlsConnection, self)


class UnverifiedBackend(SmtpBackend):
    """The same, for a server with a certificate that nobody has signed."""

    is_verified = False


class StartTlsConnection(smtplib.SMTP):
    """A connection that begins in the clear."""

    def __init__(self, backend: SmtpBackend, *args: Any, **settings: Any) -> None:  # noqa: ANN401 - smtplib's own
        """Connect."""
        self._backend = backend
        super().__init__(*args, **settings)

    def starttls(self, *args: Any, **settings: Any) -> Any:  # noqa: ANN401 - smtplib's own
        """Go on with TLS."""
        settings["context"] = settings.get("context") or self._backend.ssl_context
        return super().starttls(*args, **settings)
