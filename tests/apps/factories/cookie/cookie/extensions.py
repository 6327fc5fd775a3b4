"""Extensions module. Each extension is initialized in the app factory located in app.py."""
from flask_caching import Cache
from flask_cors import CORS
from flask_debugtoolbar import DebugToolbarExtension
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy

login_manager = LoginManager()
db = SQLAlchemy()
migrate = Migrate()
cache = Cache()
cors = CORS()
debug_toolbar = DebugToolbarExtension()
