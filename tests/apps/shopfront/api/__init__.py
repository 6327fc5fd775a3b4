"""The shop for programs; registered twice, under a fixed and a moving version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, jsonify, request, url_for

from shopfront import db
from shopfront.models import Article

if TYPE_CHECKING:
    from flask import Response

__all__ = ["bp", "list_articles", "name_version"]

bp = Blueprint("api", __name__)


@bp.after_request
def name_version(response: Response) -> Response:
    """Name the registration that answered."""
    response.headers["X-API"] = str(request.blueprint)
    return response


@bp.get("/articles")
def list_articles() -> Response:
    """List the articles."""
    articles = db.session.scalars(db.select(Article).order_by(Article.title))
    entries = [{"title": a.title, "price_cents": a.price_cents} for a in articles]
    return jsonify(articles=entries, here=url_for(".list_articles"))
