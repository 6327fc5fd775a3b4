import os

basedir = os.path.abspath(os.path.dirname(__file__))


class Config:
    SECRET_KEY = os.environ.get("SECRET_KEY") or "you-will-never-guess"
    SQLALCHEMY_DATABASE_URI = os.environ.get("DATABASE_URL", "").replace(
        "postgres://", "postgresql://"
    ) or "sqlite:///:memory:"
    LOG_TO_STDOUT = os.environ.get("LOG_TO_STDOUT")
    MAIL_SERVER = os.environ.get("MAIL_SERVER")
    MAIL_PORT = int(os.environ.get("MAIL_PORT") or 25)
    ADMINS = ["your-email@example.com"]
    LANGUAGES = ["en", "es"]
    SEARCH_URL = os.environ.get("SEARCH_URL")
    REDIS_URL = os.environ.get("REDIS_URL") or "redis://"
    POSTS_PER_PAGE = 25
