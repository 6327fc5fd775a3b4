import os

from flask import Flask, jsonify
from flask_cors import CORS
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from werkzeug.middleware.proxy_fix import ProxyFix

from .config import config

db = SQLAlchemy()


def create_app(config_name=None):
    if config_name is None:
        config_name = os.getenv("ACCOUNTS_CONFIG", "development")

    app = Flask(__name__, static_folder=None)
    app.config.from_object(config[config_name])
    config[config_name].init_app(app)
    app.json.sort_keys = False

    db.init_app(app)
    Migrate(app, db, compare_type=True)
    CORS(app, resources={r"/api/*": {"origins": app.config["ALLOWED_ORIGINS"]}})

    if app.config.get("BEHIND_PROXY"):
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)

    from .api import api as api_blueprint
    app.register_blueprint(api_blueprint, url_prefix="/api/v1")

    if app.config["DEBUG"]:
        from .docs import docs
        app.register_blueprint(docs)

    @app.errorhandler(404)
    def not_found(e):
        return jsonify(error="not found"), 404

    @app.errorhandler(Exception)
    def unhandled(e):
        app.logger.exception("unhandled")
        return jsonify(error="server error"), 500

    return app
