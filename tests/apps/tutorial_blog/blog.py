"""The posts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, current_app, g, redirect, render_template, request, url_for

from tutorial_blog.auth import login_required
from tutorial_blog.database import get_connection

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

__all__ = ["bp", "create", "index", "show"]

bp = Blueprint("blog", __name__)

SELECT = (
    "SELECT post.id, title, body, author.name AS author"
    " FROM post JOIN author ON author.id = author_id"
)


@bp.route("/")
def index() -> ResponseReturnValue:
    """List the newest posts."""
    limit = current_app.config["POSTS_PER_PAGE"]
    posts = get_connection().execute(f"{SELECT} ORDER BY post.id DESC LIMIT ?", (limit,))
    return render_template("index.html", posts=posts.fetchall())


@bp.route("/posts/<int:post_id>")
def show(post_id: int) -> ResponseReturnValue:
    """Show one post."""
    post = get_connection().execute(f"{SELECT} WHERE post.id = ?", (post_id,)).fetchone()
    if post is None:
        abort(404)
    return render_template("index.html", posts=[post])


@bp.route("/posts", methods=["POST"])
@login_required
def create() -> ResponseReturnValue:
    """Write a post."""
    entry = (g.author["id"], request.form["title"], request.form.get("body", ""))
    connection = get_connection()
    with connection:
        connection.execute("INSERT INTO post (author_id, title, body) VALUES (?, ?, ?)", entry)
    return redirect(url_for("index"))
