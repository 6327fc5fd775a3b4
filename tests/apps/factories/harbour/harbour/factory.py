import os
from logging.config import dictConfig
from pathlib import Path

from flask import got_request_exception, request_started
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from harbour import berths, listeners, metrics, tides
from harbour.app import Harbour
from harbour.middleware import Lighthouse, StripPrefix

ROOT = Path(__file__).parent


def create_app(config_file=None, *, testing=False):
    dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"default": {"format": "[%(asctime)s] %(message)s"}},
            "handlers": {
                "wsgi": {"class": "logging.StreamHandler", "formatter": "default"},
            },
            "loggers": {"harbour": {"level": "INFO", "handlers": ["wsgi"]}},
        }
    )
    app = Harbour(
        "harbour",
        root_path=str(ROOT),
        template_folder=str(ROOT / "pages"),
    )
    app.config.from_pyfile(str(ROOT / "defaults.cfg"))
    if config_file:
        app.config.from_pyfile(config_file)
    app.testing = testing
    app.config.update(
        TIDES=os.environ.get("HARBOUR_TIDES", "north"),
        MAX_CONTENT_LENGTH=16 * 1024 * 1024,
    )

    app.register_blueprint(berths.bp)
    tides.register(app, source=app.config["TIDES"])
    app.extensions["harbourmaster"] = master = listeners.Harbourmaster(app)

    got_request_exception.connect(listeners.log_exception, app)
    request_started.connect(master.note, app)

    app.wsgi_app = Lighthouse(app.wsgi_app, beam="green")
    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {"/metrics": metrics.app})
    if not testing:
        app.wsgi_app = StripPrefix(app.wsgi_app, prefix=app.config["URL_PREFIX"])
    app.errorhandler(berths.NoSuchBerth)(berths.no_such_berth)
    return app
