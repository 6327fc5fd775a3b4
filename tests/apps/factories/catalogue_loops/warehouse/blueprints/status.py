from flask import Blueprint

bp = Blueprint("status", __name__)


@bp.get("/status")
def show():
    return {"status": []}
