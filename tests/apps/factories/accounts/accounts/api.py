from flask import Blueprint

from . import db

api = Blueprint("api", __name__)


class Account(db.Model):
    id = db.Column(db.Integer, primary_key=True)


@api.route("/accounts")
def accounts():
    return {"accounts": [one.id for one in db.session.scalars(db.select(Account))]}
