from flask import Blueprint

bp = Blueprint("shelves", __name__)


@bp.get("/shelves")
def show():
    return {"shelves": []}
