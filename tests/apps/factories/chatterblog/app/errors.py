from flask import Blueprint

bp = Blueprint("errors", __name__)


@bp.app_errorhandler(404)
def not_found_error(error):
    return "not found", 404


@bp.app_errorhandler(500)
def internal_error(error):
    return "oops", 500
