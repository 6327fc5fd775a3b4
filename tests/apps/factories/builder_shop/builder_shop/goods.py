from flask import Blueprint

bp = Blueprint("goods", __name__)


@bp.get("/")
def listing():
    return {"goods": []}
