"""Registering, logging in and out."""

from __future__ import annotations

import sqlite3
from functools import wraps
from typing import TYPE_CHECKING

from flask import Blueprint, abort, flash, g, redirect, render_template, request, session, url_for
from werkzeug.security import check_password_hash, generate_password_hash

from tutorial_blog.database import get_connection

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

__all__ = ["bp", "load_author", "login", "login_required", "logout", "register"]

bp = Blueprint("auth", __name__, url_prefix="/auth")


@bp.before_app_request
def load_author() -> None:
    """Put the author of this session on `g`, or None."""
    author_id = session.get("author_id")
    g.author = None
    if author_id is not None:
        rows = get_connection().execute("SELECT id, name FROM author WHERE id = ?", (author_id,))
        g.author = rows.fetchone()


def login_required(
    view: Callable[..., ResponseReturnValue],
) -> Callable[..., ResponseReturnValue]:
    """Turn away whoever has not logged in."""

    @wraps(view)
    def guarded(**arguments: object) -> ResponseReturnValue:
        if g.author is None:
            return redirect(url_for("auth.login"))
        return view(**arguments)

    return guarded


@bp.route("/register", methods=["POST"])
def register() -> ResponseReturnValue:
    """Add an author whose name is still free."""
    connection = get_connection()
    entry = (request.form["name"], generate_password_hash(request.form["password"]))
    try:
        with connection:
            connection.execute("INSERT INTO author (name, password_hash) VALUES (?, ?)", entry)
    except sqlite3.IntegrityError:
        abort(409, "this name is taken")
    return redirect(url_for("auth.login"))


@bp.route("/login", methods=["GET", "POST"])
def login() -> ResponseReturnValue:
    """Show the form, or start the session."""
    if request.method == "GET":
        return render_template("login.html")
    query = "SELECT id, password_hash FROM author WHERE name = ?"
    author = get_connection().execute(query, (request.form["name"],)).fetchone()
    if author is None or not check_password_hash(author["password_hash"], request.form["password"]):
        flash("no author has this name and password")
        return render_template("login.html"), 401
    session.clear()
    session["author_id"] = author["id"]
    return redirect(url_for("index"))


@bp.route("/logout", methods=["POST"])
def logout() -> ResponseReturnValue:
    """End the session."""
    session.clear()
    return redirect(url_for("index"))
