"""What is done in the background."""

from __future__ import annotations

from celery import shared_task
from flask import render_template

from celery_mail.mailing import mail

__all__ = ["send_welcome"]


@shared_task  # type: ignore[untyped-decorator]  # celery has no types
def send_welcome(address: str, list_id: int) -> None:
    """Welcome a new reader."""
    mail.send(address, f"List {list_id}", render_template("welcome.txt", address=address))
