import os

ENV = os.environ.get("APP_ENV", "production")
DEBUG = ENV == "development"
SQLALCHEMY_DATABASE_URI = os.environ.get("DATABASE_URL", "sqlite://")
SECRET_KEY = os.environ.get("SECRET_KEY", "not-so-secret")
DEBUG_TB_ENABLED = DEBUG
DEBUG_TB_INTERCEPT_REDIRECTS = False
CACHE_TYPE = "flask_caching.backends.SimpleCache"
SQLALCHEMY_TRACK_MODIFICATIONS = False
