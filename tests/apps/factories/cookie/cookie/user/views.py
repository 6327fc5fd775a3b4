from flask import Blueprint

blueprint = Blueprint("user", __name__, url_prefix="/users")


@blueprint.route("/")
def members():
    return "members"
