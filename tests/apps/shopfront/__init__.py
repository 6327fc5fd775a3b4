"""A shop whose blueprints import `db` from here, configured by the name of a class."""

from __future__ import annotations

from flask import Flask
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy

from shopfront.configuration import CONFIGURATIONS
from shopfront.pricing import format_money, vat_included
from shopfront.redirecting import SecureRedirect

__all__ = ["create_app", "db", "login", "migrate"]

db = SQLAlchemy()
migrate = Migrate()
login = LoginManager()
login.login_view = "account.log_in"
login.session_protection = "strong"


def create_app(config: str = "default") -> Flask:
    """Make the shop with the configuration of this name."""
    app = Flask(__name__)
    configuration = CONFIGURATIONS[config]
    app.config.from_object(configuration)
    configuration.init_app(app)

    db.init_app(app)
    migrate.init_app(app, db, render_as_batch=True, compare_type=False)
    login.init_app(app, add_context_processor=True)

    if app.config["SSL_REDIRECT"]:
        SecureRedirect(app)

    # Each of these modules imports db from this one, so it cannot be imported before now.
    from shopfront.main import bp as main  # noqa: PLC0415 - see above

    app.register_blueprint(main)
    from shopfront.account import bp as account  # noqa: PLC0415 - see above

    app.register_blueprint(account, url_prefix="/account")
    from shopfront.stock import bp as stock  # noqa: PLC0415 - see above

    app.register_blueprint(stock, cli_group="warehouse")
    from shopfront.api import bp as api  # noqa: PLC0415 - see above

    app.register_blueprint(api, url_prefix="/api/v1", name="api_v1")
    app.register_blueprint(api, url_prefix="/api/latest", name="api_latest")
    if app.debug or app.testing:
        from shopfront.debugging import bp as debugging  # noqa: PLC0415 - see above

        app.register_blueprint(debugging, url_prefix="/_debug")

    from shopfront.shell import offer_prices, offer_settings  # noqa: PLC0415 - see above

    app.shell_context_processor(offer_prices)
    app.context_processor(offer_settings)
    app.add_template_filter(format_money, "money")
    app.add_template_global(vat_included, "with_vat")
    app.jinja_env.globals["shop_name"] = app.config["SHOP_NAME"]
    return app
