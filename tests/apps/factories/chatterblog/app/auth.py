from flask import Blueprint

bp = Blueprint("auth", __name__)

from app.models import User  # noqa


@bp.route("/login")
def login():
    return "who are you?"
