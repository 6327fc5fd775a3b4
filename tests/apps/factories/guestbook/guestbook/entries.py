from flask import Blueprint

from guestbook.db import get_db

bp = Blueprint("entries", __name__)


@bp.route("/")
def index():
    return {"entries": [row["body"] for row in get_db().execute("SELECT body FROM entry")]}
