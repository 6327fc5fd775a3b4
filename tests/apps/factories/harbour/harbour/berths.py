from flask import Blueprint

bp = Blueprint("berths", __name__, url_prefix="/berths")


class NoSuchBerth(Exception):
    pass


def no_such_berth(error):
    return {"error": "no such berth"}, 404


@bp.get("/<number>")
def show(number):
    raise NoSuchBerth
