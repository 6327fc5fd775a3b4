from flask import Blueprint, g
from flask_babel import get_locale

bp = Blueprint("main", __name__)


@bp.before_app_request
def before_request():
    g.locale = str(get_locale())


@bp.route("/")
@bp.route("/index")
def index():
    return "posts"
