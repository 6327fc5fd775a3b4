"""The pages themselves."""

from __future__ import annotations

from flask import render_template

from shopfront import db
from shopfront.main import bp
from shopfront.models import Article

__all__ = ["article", "front"]


@bp.route("/")
def front() -> str:
    """List what there is to buy."""
    articles = db.session.scalars(db.select(Article).order_by(Article.title)).all()
    return render_template("front.html", articles=articles)


@bp.route("/articles/<int:article_id>")
def article(article_id: int) -> str:
    """Show one article."""
    return render_template("front.html", articles=[db.get_or_404(Article, article_id)])
