from flask import Blueprint, current_app

from plugboard import db
from plugboard.models import Part

main = Blueprint("main", __name__)


@main.route("/")
def index():
    parts = db.session.scalars(db.select(Part.name).order_by(Part.id)).all()
    return {"parts": list(parts), "plugins": current_app.extensions["plugins"]}
