import os


class Config:
    SECRET_KEY = os.getenv("SECRET_KEY", "hard to guess string")
    SQLALCHEMY_DATABASE_URI = "sqlite://"
    ALLOWED_ORIGINS = ["https://accounts.example"]
    BEHIND_PROXY = False

    @staticmethod
    def init_app(app):
        pass


class DevelopmentConfig(Config):
    DEBUG = True


class TestingConfig(Config):
    TESTING = True
    ALLOWED_ORIGINS = "*"


class ProductionConfig(Config):
    SQLALCHEMY_DATABASE_URI = os.getenv("DATABASE_URL", "sqlite://")
    BEHIND_PROXY = True

    @classmethod
    def init_app(cls, app):
        Config.init_app(app)
        app.config["SESSION_COOKIE_SECURE"] = True


config = {
    "development": DevelopmentConfig,
    "testing": TestingConfig,
    "production": ProductionConfig,
}
