"""What is written."""

from flask import Blueprint

bp = Blueprint("posts", __name__)
