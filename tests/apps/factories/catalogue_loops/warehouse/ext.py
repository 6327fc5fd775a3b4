from flask_caching import Cache
from flask_login import LoginManager
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()
cache = Cache(config={"CACHE_TYPE": "NullCache", "CACHE_NO_NULL_WARNING": True})
login = LoginManager()


def kilos(value):
    return f"{value} kg"


def litres(value):
    return f"{value} l"
