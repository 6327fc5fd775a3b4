from flask import Blueprint

bp = Blueprint("channels", __name__)


@bp.route("/")
def channels():
    return {"channels": []}
