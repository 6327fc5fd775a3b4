"""Who is who."""

from flask import Blueprint

bp = blueprint = Blueprint("auth", __name__)

OPTIONS = {"url_prefix": "/auth"}
