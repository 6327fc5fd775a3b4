import os


class Base:
    SECRET_KEY = os.environ.get("SECRET_KEY", "relay")
    SQLALCHEMY_DATABASE_URI = os.environ.get("DATABASE_URL", "sqlite://")
    REDIS_URL = os.environ.get("REDIS_URL", "redis://localhost:6399/0")
    SENTRY_DSN = os.environ.get("SENTRY_DSN")
    TESTING = False


class Development(Base):
    pass


class Testing(Base):
    TESTING = True


class Production(Base):
    SESSION_COOKIE_SECURE = True
