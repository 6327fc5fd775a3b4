from flask import Blueprint, g, session

bp = Blueprint("auth", __name__, url_prefix="/auth")


@bp.before_app_request
def load_logged_in_user():
    g.user = session.get("user")


@bp.route("/login", methods=("POST",))
def login():
    session["user"] = "ann"
    return "ok"
