"""Who is who."""

from flask import Blueprint

bp = Blueprint("auth", __name__)
