SECRET_KEY = "both sides"
SQLALCHEMY_DATABASE_URI = "sqlite://"
QUEUE = "memory://"
CREATE_TABLES = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"brief": {"format": "%(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "brief"}},
    "loggers": {"twosides": {"handlers": ["console"], "level": "INFO"}},
}
