from flask import Blueprint

bp = Blueprint("checkout", __name__)


class OutOfStock(Exception):
    pass


def out_of_stock(error):
    return {"error": "out of stock"}, 409


@bp.post("/")
def pay():
    raise OutOfStock
