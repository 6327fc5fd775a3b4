"""What is done to accounts at the keyboard."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from big28.engine import db
from big28.ext_redis import redis_client
from big28.models import Account

__all__ = ["count_accounts", "create_account"]


@click.command("create-account")
@click.argument("name")
@click.argument("token")
@with_appcontext
def create_account(name: str, token: str) -> None:
    """Make the tables where they are missing, and an account."""
    db.create_all()
    db.session.add(Account(name=name, token=token))
    db.session.commit()
    click.echo(f"account {redis_client.incr('accounts')} made")


@click.command("count-accounts")
def count_accounts() -> None:
    """Count the accounts made by this process."""
    click.echo(redis_client.get("accounts") or "0")
