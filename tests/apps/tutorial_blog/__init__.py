"""A blog in the manner of a first tutorial: an instance folder, sqlite3 by hand, two blueprints."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask

from tutorial_blog import auth, blog, database

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["create_app", "greet"]


def greet() -> str:
    """Answer without a database, for whoever only wants to know that the app is there."""
    return "hello"


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """Make the blog: defaults, then `config.py` of the instance folder, then the caller's word."""
    app = Flask(
        "tutorial_blog",
        instance_path=os.environ.get("TUTORIAL_BLOG_INSTANCE"),
        instance_relative_config=True,
        static_folder="assets",
        template_folder="pages",
    )
    app.config.from_mapping(
        SECRET_KEY="development",  # noqa: S106 - an app of the tests, never deployed
        DATABASE=f"{app.instance_path}/blog.sqlite",
        POSTS_PER_PAGE=10,
    )
    app.config.from_pyfile("config.py", silent=True)
    if config is not None:
        app.config.from_mapping(config)

    Path(app.instance_path).mkdir(parents=True, exist_ok=True)
    Path(app.instance_path, "uploads").mkdir(exist_ok=True)

    database.init_app(app)
    app.add_url_rule("/hello", view_func=greet)
    app.register_blueprint(auth.bp)
    app.register_blueprint(blog.bp)
    # The list of posts is the front page: `url_for("index")` and `url_for("blog.index")` are one.
    app.add_url_rule("/", endpoint="index")
    return app
