from flask import Blueprint

front = Blueprint("front", __name__)
admin = Blueprint("admin", __name__)


@front.route("/login")
def login():
    return "log in"


@admin.route("/")
def index():
    return "admin"
