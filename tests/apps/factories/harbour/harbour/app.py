import datetime

from flask import Flask
from flask.json.provider import DefaultJSONProvider
from werkzeug.routing import BaseConverter


class JSONProvider(DefaultJSONProvider):
    def default(self, o):
        if isinstance(o, datetime.date):
            return o.isoformat()
        return super().default(o)


class BerthConverter(BaseConverter):
    regex = "[A-Z][0-9]+"


class Harbour(Flask):
    json_provider_class = JSONProvider

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.url_map.converters["berth"] = BerthConverter
        self.ships = {}
