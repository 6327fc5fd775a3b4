"""Assemble the newsletter by hand."""

from __future__ import annotations

from flask import Flask
from flask_cors import CORS
from redis import Redis

from celery_mail import subscribing
from celery_mail.background import bind_celery
from celery_mail.mailing import MemoryTransport, mail
from celery_mail.settings import Settings, TestSettings

__all__ = ["create_app"]


def create_app(*, testing: bool = False) -> Flask:
    """Make the app, for a test where `testing` says so."""
    app = Flask("celery_mail", template_folder="letters")
    app.config.from_object(TestSettings if testing else Settings)
    app.config["CELERY"] = {
        "broker_url": app.config["BROKER_URL"],
        "task_always_eager": testing,
        "task_ignore_result": True,
    }

    # The client connects when it is first asked something, and not before.
    app.redis = Redis.from_url(app.config["REDIS_URL"])  # type: ignore[attr-defined]
    mail.init_app(app, transport=MemoryTransport, sender=app.config["MAIL_SENDER"])
    bind_celery(app)
    CORS(app, origins="*", methods=["GET", "POST"])
    app.register_blueprint(subscribing.bp, url_prefix="/newsletter", url_defaults={"list_id": 1})
    app.register_blueprint(
        subscribing.bp, name="offers", url_prefix="/offers", url_defaults={"list_id": 7}
    )
    app.add_url_rule("/subscribe", endpoint="subscribe", methods=["POST"])
    app.view_functions["subscribe"] = subscribing.subscribe_to_first
    if not app.testing:
        app.after_request(subscribing.forbid_caching)
    return app
