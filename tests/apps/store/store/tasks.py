"""What the store does when nobody waits for it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import click
from celery import shared_task
from flask import current_app
from flask.cli import with_appcontext
from flask_mailman import EmailMessage
from opentelemetry import metrics

from store.models import Account, Order, Product, db

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["confirm", "count_order", "fail", "restock", "sweep", "tell"]


@shared_task
def confirm(number: int) -> dict[str, Any]:
    """Write to whoever has placed an order, and keep the letter."""
    order = db.session.get_one(Order, number)
    name = db.session.get_one(Account, order.account_id).name
    text = f"Dear {name},\n{order.amount} {order.sku} for {order.total}.\n"
    EmailMessage(f"Order {number}", text, to=[f"{name}@example.org"]).send()
    current_app.extensions["storage"].put(f"files/letter-{number}", text.encode())
    return {"number": number, "total": str(order.total)}


@shared_task
def tell(sku: str) -> dict[str, Any]:
    """Tell what this process sees."""
    stock = db.session.get_one(Product, sku).stock
    return {"stock": stock, "zone": time.tzname, "version": current_app.config["VERSION"]}


@shared_task
def fail() -> None:
    """Fail."""
    raise LookupError("no such task")


@shared_task
def sweep() -> None:
    """Count the rounds of beat."""
    current_app.extensions["redis"].incr("sweeps")


def count_order(sender: Flask, order: Order) -> None:  # noqa: ARG001 - what the signal sends
    """Count the pieces that are sold, for those who pay for telemetry."""
    counter = metrics.get_meter("store").create_counter("store.pieces")
    counter.add(order.amount, {"sku": order.sku})


@click.command("restock")
@click.argument("sku")
@click.argument("amount", type=int)
@with_appcontext
def restock(sku: str, amount: int) -> None:
    """Add pieces of a product."""
    product = db.session.get_one(Product, sku)
    product.stock += amount
    db.session.commit()
    click.echo(f"{sku}: {product.stock}")
