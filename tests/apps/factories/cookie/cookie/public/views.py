from flask import Blueprint

from cookie.extensions import login_manager
from cookie.user.models import User

blueprint = Blueprint("public", __name__)


@login_manager.user_loader
def load_user(user_id):
    return User.query.get(int(user_id))


@blueprint.route("/")
def home():
    return "home"
