"""What the store answers."""

from __future__ import annotations

import time
import warnings
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

import marshmallow
from flask import Blueprint, current_app, request
from flask_login import current_user, login_required, login_user, logout_user
from flask_smorest import Blueprint as ApiBlueprint
from flask_smorest import abort

from store.models import Account, AccountOut, Order, OrderOut, Product, db, order_placed
from store.tasks import confirm

if TYPE_CHECKING:
    from flask import Flask, Response
    from flask.typing import ResponseReturnValue

__all__ = ["add_version", "log_request", "orders", "pages"]

pages = Blueprint("pages", __name__)
orders = ApiBlueprint("orders", __name__, url_prefix="/api/orders", description="What is bought.")


def add_version(response: Response) -> Response:
    """Say who answers."""
    response.headers["X-Version"] = current_app.config["VERSION"]
    return response


def log_request(sender: Flask, response: Response) -> None:
    """Log one request."""
    sender.logger.info("%s %s %d", request.method, request.path, response.status_code)


@pages.get("/")
def index() -> ResponseReturnValue:
    """Say what this is."""
    return f"a store, {current_app.config['VERSION']}\n"


@pages.get("/products")
def products() -> ResponseReturnValue:
    """List all that there is to buy."""
    found = db.session.scalars(db.select(Product).order_by(Product.sku))
    return [{"sku": one.sku, "price": one.price} for one in found]


@pages.get("/forms")
def forms() -> ResponseReturnValue:
    """Answer what JSON has no form for."""
    moment = datetime(2026, 11, 5, 12, 30, tzinfo=UTC)
    values = [date(2026, 11, 5), moment, Decimal("1.10"), UUID(int=7), "Grüße"]
    return {"values": values, "2": "second", "1": "first"}


@pages.get("/where")
def where() -> ResponseReturnValue:
    """Tell who asks, how, and what time it is here."""
    return {"peer": request.remote_addr, "scheme": request.scheme, "zone": time.tzname}


@pages.get("/visits")
def visits() -> ResponseReturnValue:
    """Count."""
    return {"visits": current_app.extensions["redis"].incr("visits")}


@pages.route("/files/<name>", methods=["GET", "PUT"])
def files(name: str) -> ResponseReturnValue:
    """Keep a file, or give it back."""
    storage = current_app.extensions["storage"]
    if request.method == "PUT":
        storage.put(f"files/{name}", request.get_data())
        return "", 201
    try:
        return bytes(storage.get(f"files/{name}"))
    except FileNotFoundError:
        return "there is no such file\n", 404


@pages.get("/log")
def log() -> ResponseReturnValue:
    """List what was logged of orders."""
    return current_app.extensions["logstore"].read()


@pages.get("/count")
def count() -> ResponseReturnValue:
    """Count orders in a session of its own."""
    with current_app.extensions["session_factory"]() as session:
        return {"orders": session.scalar(db.select(db.func.count(Order.number)))}


@pages.get("/old")
def old() -> ResponseReturnValue:
    """Warn."""
    warnings.warn("this page is old", FutureWarning, stacklevel=1)
    return "old\n"


@pages.get("/fail")
def fail() -> ResponseReturnValue:
    """Fail."""
    raise RuntimeError("no such luck")


@pages.post("/login")
def login() -> ResponseReturnValue:
    """Begin a session."""
    found = db.session.scalar(db.select(Account).filter_by(**request.form))
    if found is None:
        return "who?\n", 403
    login_user(found)
    return f"welcome, {found.name}\n"


@pages.get("/me")
@login_required
def me() -> ResponseReturnValue:
    """Say who is logged in."""
    return f"{current_user.name}\n"


@pages.post("/logout")
def logout() -> ResponseReturnValue:
    """End the session."""
    logout_user()
    return "", 204


class OrderIn(marshmallow.Schema):
    """What is to be bought."""

    sku = marshmallow.fields.String(required=True)
    amount = marshmallow.fields.Integer(required=True, validate=marshmallow.validate.Range(min=1))
    discount = marshmallow.fields.String()


@orders.post("")
@orders.arguments(OrderIn)
@login_required
def place(given: dict[str, Any]) -> ResponseReturnValue:
    """Place an order, and have it confirmed."""
    product = db.session.get(Product, given["sku"])
    if product is None:
        abort(404, message="there is no such product")
    if given["amount"] > current_app.extensions["quota"].most_pieces:
        abort(409, message="so many are not granted")
    total = product.price * given["amount"]
    if "discount" in given:
        total = current_app.extensions["discounts"][given["discount"]](total)
    order = Order(account_id=current_user.id, sku=product.sku, amount=given["amount"], total=total)
    db.session.add(order)
    db.session.commit()
    current_app.extensions["logstore"].add(order)
    order_placed.send(current_app._get_current_object(), order=order)  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's own way
    confirm.delay(order.number)
    return _tell(order), 201


@orders.get("/<int:number>")
def show(number: int) -> ResponseReturnValue:
    """Tell of an order."""
    order = db.session.get(Order, number)
    if order is None:
        abort(404)
    return _tell(order)


def _tell(order: Order) -> dict[str, Any]:
    account = db.session.get_one(Account, order.account_id)
    told = OrderOut(
        number=order.number,
        sku=order.sku,
        total=order.total,
        account=AccountOut(name=account.name),
    )
    return told.model_dump()
