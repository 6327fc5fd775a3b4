"""The catalogue step `mail`, against an SMTP server of the tests."""

from __future__ import annotations

import shutil
import ssl
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from flask_mailman import EmailMessage, Mail
from flask_mailman.backends.base import BaseEmailBackend
from pydantic import ValidationError

from assembler.report import Boot
from assembler.steps.catalog.mail import MailOptions
from tests.support.processes import free_port, http_get
from tests.support.projects import assemble_text, get_diagnostics, write_files
from tests.support.served import Served
from tests.support.smtp_sink import make_certificate, serve_smtp
from tests.support.step_context import StepBench, apply_step

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import StartProcess

PROJECT = {
    "shop_mail.py": """
from flask_mailman import EmailMessage, Mail
mail = Mail()
wrong = object()

def add_route(app):
    @app.get("/send/<name>")
    def send(name):
        return str(EmailMessage("Order", "sent", to=[f"{name}@example.org"]).send())
"""
}


@pytest.fixture
def context(tmp_path: Path) -> StepBench:
    """Return the context of a step on an empty app."""
    return StepBench(Flask(__name__), tmp_path)


def send(context: StepBench, to: str = "ada@example.org") -> int:
    """Send a mail as the app's modules do."""
    with context.app.app_context():
        sent: int = EmailMessage("Order 7", "It is on its way.", to=[to]).send()
    return sent


def test_mail_arrives(context: StepBench) -> None:
    """From the sender that the profile has; the app has the object."""
    with serve_smtp() as sink:
        mail = apply_step(
            context, "mail", server="127.0.0.1", port=sink.port, default_sender="shop@example.org"
        )
        assert send(context) == 1
        with context.app.app_context():
            assert mail.send_mail("b", "c", recipient_list=["grace@example.org"]) == 1

    assert context.app.extensions["mail"] is mail
    assert sink.recipients == ["ada@example.org", "grace@example.org"]
    assert sink.mails[0]["Subject"] == "Order 7"
    assert sink.mails[0]["From"] == "shop@example.org"
    assert sink.mails[0].get_content().strip() == "It is on its way."
    assert context.app.config["MAIL_TIMEOUT"] == 10


def test_a_canary_sends_nothing(context: StepBench) -> None:
    """It tries an edit beside the workers that serve."""
    context.report.boot = Boot(is_canary=True)
    with serve_smtp() as sink:
        apply_step(
            context,
            "mail",
            server="127.0.0.1",
            port=sink.port,
            default_sender="a@b",
            backend="smtp",
        )
        assert send(context) == 1

    assert sink.mails == []


def test_workers_send_under_gevent(process: StartProcess, tmp_path: Path) -> None:
    """Each mail over a connection of its own."""
    with serve_smtp() as sink:
        text = f"""patches: [gevent]
extensions:
  - use: mail
    with: {{server: 127.0.0.1, port: {sink.port}, default_sender: shop@example.org}}
  - shop_mail:add_route
  - tests.runner_app:add_routes
server: {{use: gunicorn, workers: 2}}
"""
        write_files(tmp_path, PROJECT)
        served = Served.start(process, tmp_path, text)
        for number in range(4):
            assert http_get(f"{served.url}/send/{number}").text == "1"

    assert sink.recipients == [f"{number}@example.org" for number in range(4)]


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs the program openssl")
def test_starttls_verifies_the_server(context: StepBench, tmp_path: Path) -> None:
    """Flask-Mailman's own would send the password to anybody; the profile may allow that."""
    own = StepBench(Flask(__name__), tmp_path)
    with serve_smtp(make_certificate(tmp_path)) as sink:
        options = {
            "server": "127.0.0.1",
            "port": sink.port,
            "use_tls": True,
            "default_sender": "shop@example.org",
        }
        apply_step(context, "mail", **options)
        with pytest.raises(ssl.SSLCertVerificationError):
            send(context)
        apply_step(own, "mail", **options, verify_certificate=False)
        assert send(own) == 1

    assert sink.is_encrypted == [True]


def test_readiness_asks_for_the_server_if_the_profile_says_so(context: StepBench) -> None:
    """Otherwise the app stays ready without it."""
    other = StepBench(Flask(__name__), context.root)
    apply_step(other, "mail", server="127.0.0.1", port=free_port())
    with serve_smtp() as sink:
        apply_step(context, "mail", server="127.0.0.1", port=sink.port, check_server=True)
        context.report.checks["mail"]()

    with pytest.raises(ConnectionRefusedError):
        context.report.checks["mail"]()
    assert other.report.checks == {}


def test_tests_keep_their_mail(context: StepBench) -> None:
    """Under TESTING, as the library has it, and where the profile says so."""
    context.app.testing = True
    apply_step(context, "mail", default_sender="a@example.org")
    send(context)
    assert len(context.app.extensions["mailman"].outbox) == 1

    other = StepBench(Flask(__name__), context.root)
    apply_step(other, "mail", backend="memory", default_sender="a@example.org")
    send(other)
    assert len(other.app.extensions["mailman"].outbox) == 1


def test_a_backend_of_the_project_is_used(context: StepBench) -> None:
    """One that sends by a service's API, for example."""
    seen: list[EmailMessage] = []

    class Service(BaseEmailBackend):  # type: ignore[misc]  # the library has no types
        def send_messages(self, messages: list[EmailMessage]) -> int:
            seen.extend(messages)
            return len(messages)

    apply_step(context, "mail", backend_class=Service, default_sender="a@example.org")

    assert send(context) == 1
    assert len(seen) == 1


def test_the_config_fills_what_is_left_out(context: StepBench) -> None:
    """And the step wins."""
    context.app.config.update(MAIL_SERVER="a.example", MAIL_PORT=2525, MAIL_TIMEOUT=3)
    apply_step(context, "mail", server="b.example")
    state = context.app.extensions["mailman"]

    assert (state.server, state.port, state.timeout) == ("b.example", 2525, 3)


def test_the_project_s_own_instance_is_taken(tmp_path: Path) -> None:
    """Whatever else is refused."""
    text = "extensions: [{use: mail, with: {mail: {$import: 'shop_mail:mail'}}}]\n"
    app = assemble_text(tmp_path, text, PROJECT)
    assert isinstance(app.extensions["mail"], Mail)

    (found,) = get_diagnostics(tmp_path, text.replace(":mail'", ":wrong'"), PROJECT)
    assert "expected an instance of flask_mailman.Mail, got object" in found.message


@pytest.mark.parametrize(
    "options",
    [
        {"use_tls": True, "use_ssl": True},
        {"backend": "memory", "backend_class": str},
        {"backend": "sendmail"},
        {"port": 0},
        {"timeout_seconds": 0},
    ],
)
def test_wrong_options_are_refused(options: dict[str, object]) -> None:
    """When the profile is linted."""
    with pytest.raises(ValidationError):
        MailOptions.model_validate(options)
