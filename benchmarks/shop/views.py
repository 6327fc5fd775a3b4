"""Answer requests: five blueprints, each with a few routes."""

from __future__ import annotations

import os
import threading
import time
from typing import Any

from flask import Blueprint, Response, jsonify

__all__ = ["account", "basket", "catalogue", "orders", "service"]

PRODUCTS: list[dict[str, Any]] = [
    {
        "id": number,
        "title": f"Product {number}",
        "price_cents": 100 * number,
        "tags": ["new", "sale"],
    }
    for number in range(1, 21)
]

account = Blueprint("account", __name__)
basket = Blueprint("basket", __name__)
catalogue = Blueprint("catalogue", __name__)
orders = Blueprint("orders", __name__)
service = Blueprint("service", __name__)


@catalogue.get("/products")
def list_products() -> Response:
    """Return every product: the JSON route that is measured."""
    return jsonify(products=PRODUCTS)


@catalogue.get("/products/<int:number>")
def show_product(number: int) -> Response:
    """Return one product."""
    return jsonify(PRODUCTS[number - 1])


@catalogue.get("/tags")
def list_tags() -> Response:
    """Return every tag."""
    return jsonify(tags=sorted({tag for product in PRODUCTS for tag in product["tags"]}))


@catalogue.get("/tags/<tag>")
def list_tagged(tag: str) -> Response:
    """Return the products with a tag."""
    return jsonify(products=[product for product in PRODUCTS if tag in product["tags"]])


@basket.get("/")
def show_basket() -> Response:
    """Return the empty basket."""
    return jsonify(lines=[])


@basket.delete("/")
def empty_basket() -> Response:
    """Leave it empty."""
    return jsonify(lines=[])


@basket.put("/<int:number>")
def put_into_basket(number: int) -> Response:
    """Return what would be in it."""
    return jsonify(lines=[number])


@basket.delete("/<int:number>")
def take_out_of_basket(number: int) -> Response:
    """Return what would no longer be in it."""
    return jsonify(removed=number)


@orders.get("/")
def list_orders() -> Response:
    """Return the orders, of which there are none."""
    return jsonify(orders=[])


@orders.post("/")
def place_order() -> Response:
    """Say that nothing is ordered."""
    return jsonify(order=None)


@orders.get("/<int:number>")
def show_order(number: int) -> Response:
    """Return which order it would be."""
    return jsonify(number=number, order=None)


@orders.post("/<int:number>/cancel")
def cancel_order(number: int) -> Response:
    """Return which order would be cancelled."""
    return jsonify(number=number, cancelled=False)


@account.get("/")
def show_account() -> Response:
    """Say that nobody is here."""
    return jsonify(name=None)


@account.post("/login")
def log_in() -> Response:
    """Let nobody in."""
    return jsonify(name=None)


@account.post("/logout")
def log_out() -> Response:
    """Let everybody out."""
    return jsonify(name=None)


@account.get("/addresses")
def list_addresses() -> Response:
    """Return the addresses, of which there are none."""
    return jsonify(addresses=[])


@service.get("/worker")
def show_worker() -> Response:
    """Return which process answers."""
    return jsonify(pid=os.getpid())


@service.get("/version")
def show_version() -> Response:
    """Return which version answers."""
    return jsonify(version=1)


@service.get("/threads")
def count_threads() -> Response:
    """Return how many threads there are."""
    return jsonify(threads=threading.active_count())


@service.get("/time")
def show_time() -> Response:
    """Return how late it is."""
    return jsonify(seconds=time.time())
