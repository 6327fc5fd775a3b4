from flask import Blueprint, current_app

bp = Blueprint("debugging", __name__)


@bp.route("/_rules")
def rules():
    return [str(rule) for rule in current_app.url_map.iter_rules()]
