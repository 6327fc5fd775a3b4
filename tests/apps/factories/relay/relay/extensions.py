from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from redis import Redis

db = SQLAlchemy()
migrate = Migrate()
limiter = Limiter(get_remote_address, default_limits=["200 per day"], storage_uri="memory://")


class FlaskRedis:
    def __init__(self):
        self.client = None

    def init_app(self, app):
        self.client = Redis.from_url(app.config["REDIS_URL"])
        app.extensions["redis"] = self.client


redis_client = FlaskRedis()
