from flask import Blueprint

bp = Blueprint("pallets", __name__)


@bp.get("/pallets")
def show():
    return {"pallets": []}
