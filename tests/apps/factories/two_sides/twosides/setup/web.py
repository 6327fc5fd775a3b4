from flask import session
from flask_login import LoginManager
from werkzeug.middleware.proxy_fix import ProxyFix

from twosides.models import User
from twosides.pages import admin, front


def add_security(app):
    login_manager = LoginManager()
    login_manager.login_view = "front.login"
    login_manager.init_app(app)

    @login_manager.user_loader
    def load_user(user_id):
        return User.query.get(user_id)

    @app.before_request
    def make_session_permanent():
        session.permanent = True

    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1)


def add_pages(app):
    app.register_blueprint(front)
    app.register_blueprint(admin, url_prefix="/admin")
    app.add_template_global(front.name, "front_name")
    if app.debug:
        from twosides.debugging import bp

        app.register_blueprint(bp)
