"""The stock, for those at the keyboard: a blueprint that has only commands."""

from __future__ import annotations

import click
from flask import Blueprint

from shopfront import db
from shopfront.models import Article

__all__ = ["add", "bp", "count"]

bp = Blueprint("stock", __name__, cli_group="stock")


@bp.cli.command("add")
@click.argument("title")
@click.argument("price_cents", type=int)
@click.option("--amount", default=1, show_default=True)
def add(title: str, price_cents: int, amount: int) -> None:
    """Take a new article into the stock."""
    db.session.add(Article(title=title, price_cents=price_cents, in_stock=amount))
    db.session.commit()
    click.echo(f"added {amount} of {title}")


@bp.cli.command("count")
def count() -> None:
    """Count what is there."""
    total = db.session.scalar(db.select(db.func.coalesce(db.func.sum(Article.in_stock), 0)))
    click.echo(f"{total} in stock")
