from flask import Blueprint

blueprint = Blueprint("clock", __name__)


@blueprint.route("/")
def now():
    return "12:00"


def setup(app):
    app.jinja_env.globals["clock"] = now
