"""The API for programs, with a token."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, current_app, request
from flask_cors import CORS
from flask_login import current_user, login_required

from big28.engine import db
from big28.events import order_placed
from big28.ext_code_based_extension import code_based_extension
from big28.models import Order
from big28.order_schema import OrderOut
from big28.receipts import send_receipt

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

__all__ = ["bp", "get_schema", "list_orders", "place_order"]

bp = Blueprint("service", __name__, url_prefix="/v1")
CORS(bp, resources={r"/*": {"origins": "*"}}, allow_headers=["Authorization", "Content-Type"])

# Both are read while this module is imported: an earlier step must have filled them in.
make_price = code_based_extension.get("friendly").price
ORDER_SCHEMA = OrderOut.model_json_schema()


@bp.get("/orders/schema")
def get_schema() -> ResponseReturnValue:
    """Return the schema of an order."""
    return ORDER_SCHEMA


@bp.get("/orders")
@login_required  # type: ignore[untyped-decorator]  # the extension has no types
def list_orders() -> ResponseReturnValue:
    """List the caller's orders."""
    query = db.select(Order).filter_by(account_id=current_user.id).order_by(Order.id)
    return [OrderOut.model_validate(order).model_dump() for order in db.session.scalars(query)]


@bp.post("/orders")
@login_required  # type: ignore[untyped-decorator]  # the extension has no types
def place_order() -> ResponseReturnValue:
    """Place an order, and have its receipt sent."""
    wanted = request.get_json()
    order = Order(
        account_id=current_user.id,
        item=wanted["item"],
        price_cents=make_price(wanted["list_price_cents"]),
    )
    db.session.add(order)
    db.session.commit()
    order_placed.send(current_app._get_current_object(), order_id=order.id)  # type: ignore[attr-defined]  # noqa: SLF001 - the documented way to the app itself
    send_receipt.delay(order.id, order.item)
    return OrderOut.model_validate(order).model_dump(), 201
