"""Assemble the wiki by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Flask
from jinja2 import ChoiceLoader, PackageLoader

from plugin_wiki import languages, templating
from plugin_wiki.feed import build_feed
from plugin_wiki.plugins import load_plugins
from plugin_wiki.revisions import build_history, revisions
from plugin_wiki.search import Search
from plugin_wiki.views import bp

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["DEFAULTS", "create_app"]

DEFAULTS = {"WIKI_NAME": "Wiki", "WIKI_LANGUAGE": "en", "WIKI_PLUGINS_OFF": ["shouting"]}


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """Make the wiki with these values, or with the defaults and nothing else."""
    app = Flask("plugin_wiki", static_folder="theme", static_url_path="/theme")
    app.config.from_mapping(DEFAULTS if config is None else config)
    # Pages of the wiki shadow the theme's templates of the same name.
    app.jinja_loader = ChoiceLoader(
        [PackageLoader("plugin_wiki", "pages"), PackageLoader("plugin_wiki", "theme")]
    )

    Search(app, minimum_letters=3)
    load_plugins(app, package="plugin_wiki.plugins")

    app.url_value_preprocessor(languages.take_language)
    app.url_defaults(languages.add_language)
    app.context_processor(templating.offer_wiki)
    app.add_template_filter(templating.link_words)
    app.add_template_test(templating.is_stub, "stub")

    app.register_blueprint(bp, url_prefix="/<language>")
    # The history's views are the extension's: it is given the blueprint, and not the app.
    history = build_history()
    revisions.init_app(history, limit=5)
    app.register_blueprint(history, url_prefix="/history")
    build_feed().init_app(app)
    return app
