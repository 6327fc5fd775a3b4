"""What is stored."""

from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()


class Good(db.Model):  # type: ignore[name-defined, misc]  # made while it runs
    """What is sold."""

    id = db.Column(db.Integer, primary_key=True)


class Order(db.Model):  # type: ignore[name-defined, misc]  # made while it runs
    """Who bought it."""

    id = db.Column(db.Integer, primary_key=True)
