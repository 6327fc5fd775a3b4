from twosides.setup import build, web


def create_app(debug: bool = False):
    app = build.new_app(debug)
    build.add_database(app)
    web.add_security(app)
    web.add_pages(app)
    return app


def create_worker_app():
    """For the queue: no pages, no login."""
    app = build.new_app(False)
    build.add_database(app)
    return app
