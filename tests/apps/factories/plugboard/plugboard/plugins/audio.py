from flask import Blueprint

bp = Blueprint("audio", __name__)


@bp.route("/")
def play():
    return "beep"
