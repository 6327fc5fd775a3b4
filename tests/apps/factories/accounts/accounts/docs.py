from flask import Blueprint

docs = Blueprint("docs", __name__, url_prefix="/docs")


@docs.get("/")
def show():
    return "docs"
