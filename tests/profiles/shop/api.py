"""What other programs ask for."""

from flask_smorest import Blueprint

orders = Blueprint("orders", __name__, url_prefix="/orders")
