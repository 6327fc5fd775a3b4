"""Take mail from a test: an SMTP server on loopback that keeps what it is sent."""

from __future__ import annotations

import email
import ssl
import subprocess
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import default
from typing import TYPE_CHECKING

from aiosmtpd.controller import Controller

from tests.support.processes import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from aiosmtpd.smtp import SMTP, Envelope, Session

__all__ = ["MailSink", "make_certificate", "serve_smtp"]


class MailSink:
    """What has arrived, and where."""

    def __init__(self, port: int) -> None:
        """Start with nothing."""
        self.port = port
        self.mails: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.is_encrypted: list[bool] = []

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep a mail."""
        assert isinstance(envelope.content, bytes)
        mail = email.message_from_bytes(envelope.content, policy=default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        self.recipients += envelope.rcpt_tos
        self.is_encrypted.append(session.ssl is not None)
        return "250 OK"


@contextmanager
def serve_smtp(context: ssl.SSLContext | None = None) -> Iterator[MailSink]:
    """Serve in a thread; with ``context`` only over STARTTLS."""
    sink = MailSink(free_port())
    controller = Controller(
        sink,
        hostname="127.0.0.1",
        port=sink.port,
        tls_context=context,
        require_starttls=context is not None,
        ready_timeout=30,
    )
    controller.start()
    try:
        yield sink
    finally:
        controller.stop()


def make_certificate(folder: Path) -> ssl.SSLContext:
    """Return what serves TLS on loopback with a certificate that nobody trusts."""
    key, certificate = folder / "tls.key", folder / "tls.crt"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"),
            *("-days", "2", "-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    return context
