"""What is unusual and right in a profile gets no finding at all, of any rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.linting import lint_files, render_found

if TYPE_CHECKING:
    from pathlib import Path

SHOP = {
    "shop/__init__.py": "",
    "shop/ext_mail.py": "def init_app(app):\n    pass\n",
    "shop/models.py": "from flask_sqlalchemy import SQLAlchemy\n\ndb = SQLAlchemy()\n",
    "shop/api.py": """\
from flask import Blueprint

blueprint = Blueprint("api", __name__)


@blueprint.get("/")
def index():
    return "api"
""",
}
TWO_DATABASES = {
    "web.yaml": """\
version: 1
patches: [gevent, psycopg2]
config:
  - use: values
    with:
      SQLALCHEMY_DATABASE_URI: ${DATABASE_URL:-postgresql://shop@db/shop}
      SQLALCHEMY_BINDS: {logs: "${LOGS_URL:-sqlite:///logs.db}"}
extensions:
  - use: database
    when: {not: {$config: TESTING}}
    with: {db: {$import: "shop.models:db"}}
  - use: database
    name: empty
    when: {$config: TESTING}
    with: {db: {$import: "shop.models:db"}, url: "sqlite://"}
""",
}
ONE_BLUEPRINT_TWICE = {
    "web.yaml": """\
version: 1
extensions:
  - use: shop.api:blueprint
    name: v1
    with: {url_prefix: /v1, name: api_v1}
  - use: shop.api:blueprint
    name: v2
    with: {url_prefix: /v2, name: api_v2}
""",
}
SEVERAL_LOGGERS = {
    "shop/logs.py": """\
import logging

handler = logging.StreamHandler()


class Handler(logging.StreamHandler):
    pass


def configure(app):
    app.logger.setLevel("INFO")
""",
    "web.yaml": """\
version: 1
extensions:
  - use: logging
    with: {level: INFO}
  - use: shop.logs:handler
    as: log_handler
    with: {level: WARNING}
  - use: shop.logs:Handler
    as: log_handler
    init: {level: ERROR}
  - shop.logs:configure
""",
}
OPTIONAL_PACKAGE = {
    "web.yaml": """\
version: 1
extensions:
  - use: a_package_that_is_not_here.ext:Tracer
    name: tracer
    when: {installed: a_package_that_is_not_here}
    on_error: skip
""",
}
FLASK_SUBCLASS = {
    "shop/app.py": """\
from flask import Flask


class Shop(Flask):
    def __init__(self, *args, tenant, **options):
        super().__init__(*args, **options)
        self.tenant = tenant
""",
    "web.yaml": """\
version: 1
app: {use: "shop.app:Shop", with: {static_folder: null, tenant: main}}
extensions: [shop.ext_mail]
""",
}
PLUGINS = {
    "shop/plugins/__init__.py": """\
import importlib


def load_all(app, *, names=()):
    for name in names:
        importlib.import_module(f"{__name__}.{name}").init_app(app)
""",
    "shop/plugins/gifts.py": "def init_app(app):\n    pass\n\n\ndef set_up(app):\n    pass\n",
    "web.yaml": """\
version: 1
extensions:
  - use: imports
    with: {modules: [shop.plugins.gifts, shop.plugins]}
  - use: shop.plugins:load_all
    with: {names: [gifts]}
  - shop.plugins.gifts
  - shop.plugins:gifts.set_up
""",
}
NAMESPACE_PACKAGE = {
    "acme/billing/ext.py": "def init_app(app):\n    pass\n",
    "acme/billing/views.py": "from flask import Blueprint\n\nbp = Blueprint('b', __name__)\n",
    "web.yaml": "version: 1\nextensions: [acme.billing.ext, 'acme.billing.views:bp']\n",
}
SRC_LAYOUT = {
    "pyproject.toml": '[tool.assembler]\npackage = "store"\npythonpath = ["src"]\n',
    "src/store/__init__.py": "",
    "src/store/ext.py": "def init_app(app):\n    pass\n",
    "src/store/views.py": "from flask import Blueprint\nfrom store import ext\n\n"
    "bp = Blueprint('store', __name__, url_prefix='/s')\n",
    "web.yaml": "version: 1\nextensions: [store.ext, 'store.views:bp']\n",
}
SETTINGS_CLASSES = {
    "shop/settings.py": """\
from functools import lru_cache

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="SHOP_")

    LEVEL: int = Field(default=1)


@lru_cache
def read():
    return Settings().model_dump()
""",
    "web.yaml": """\
version: 1
config:
  - use: settings
    with: {target: "shop.settings:Settings"}
  - shop.settings:read
extensions: [shop.ext_mail]
""",
}
MADE_WHILE_RUNNING = {
    "shop/made.py": """\
import sys

from flask import Blueprint

globals().update({"set_up": lambda app: None})
for name in "xy":
    vars()[f"blueprint_{name}"] = Blueprint(name, __name__)
setattr(sys.modules[__name__], "manager", lambda app: None)
""",
    "shop/lazy.py": "def __getattr__(name):\n    return lambda app: None\n",
    "web.yaml": """\
version: 1
extensions:
  - shop.made:set_up
  - shop.made:manager
  - shop.made:blueprint_x
  - shop.lazy:thing
""",
}
ODD_OBJECTS = {
    "shop/odd.py": """\
import functools

from werkzeug.local import LocalProxy


class Extension:
    def init_app(self, app, **options):
        pass

    def run(self, app):
        pass


def full(app, word):
    pass


def deco(function):
    @functools.wraps(function)
    def inner(*args, **options):
        return function(*args, **options)

    return inner


@deco
def decorated(app, word="x"):
    pass


proxy = LocalProxy(lambda: Extension())
part = functools.partial(full, word="x")
bound = Extension().run
""",
    "web.yaml": """\
version: 1
extensions:
  - shop.odd:proxy
  - shop.odd:part
  - shop.odd:bound
  - use: shop.odd:decorated
    with: {word: y}
""",
}
NAMES_BY_CASE = {
    "shop/exts.py": """\
import os

from shop.brought import *

try:
    from a_package_that_is_not_here import cache
except ImportError:
    def cache(app):
        pass

if os.environ.get("LOGIN"):
    def login(app):
        pass
else:
    login = cache
""",
    "shop/brought.py": "__all__ = ['mail']\n\n\ndef mail(app):\n    pass\n",
    "web.yaml": "version: 1\nextensions: ['shop.exts:mail', 'shop.exts:cache']\n",
}
ABOUT_SECRETS = {
    "web.yaml": """\
version: 1
config:
  - use: values
    with:
      SECRET_KEY: ${SECRET_KEY}
      JWT_SECRET_KEY: {$file: /run/secrets/jwt}
      JWT_TOKEN_LOCATION: [headers]
      ACCESS_TOKEN_COOKIE: access_token
      API_KEY_HEADER: X-Api-Key
      AUTH_TOKEN_TYPE: Bearer
      PASSWORD_MIN_LENGTH: 12
      PASSWORD_RESET_URL: https://shop.example/reset
      SECRETS_BACKEND: vault
      SECRET_NAME: shop/prod
extensions: [secret_key]
""",
}
DEBUG_OVERLAY = {
    "base.yaml": """\
version: 1
patches: [gevent]
extensions: [shop.ext_mail]
server: {workers: auto, with: {graceful_timeout: 30}}
""",
    "debug.yaml": """\
version: 1
extends: base.yaml
debug: true
patches: []
server: {use: werkzeug, workers: 1, with: {$unset: true}}
""",
}
SERVERS = {
    "web.yaml": """\
version: 1
extensions: [shop.ext_mail]
server:
  bind: ["127.0.0.1:5001", "[::1]:5001"]
  workers: ${WORKERS:-2}
  with: {worker_tmp_dir: /dev/shm, max_requests: 1000, access_log_format: '%(h)s "%(r)s"'}
""",
}
STEPS_OF_STEPS = {
    "shop/clients.py": """\
class Client:
    def __init__(self, url):
        pass

    def close(self):
        pass


def make_client(app, url):
    return Client(url)


class Cache:
    def __init__(self, client):
        pass

    def init_app(self, app):
        pass
""",
    "web.yaml": """\
version: 1
extensions:
  - use: shop.clients:make_client
    name: client
    with: {url: "${REDIS_URL:-redis://localhost/0}"}
    close: close
  - use: shop.clients:Cache
    with: {client: {$step: client}}
""",
}
PROJECTS = {
    "two databases": TWO_DATABASES,
    "one blueprint under two versions": ONE_BLUEPRINT_TWICE,
    "several loggers": SEVERAL_LOGGERS,
    "a package that is optional": OPTIONAL_PACKAGE,
    "a subclass of Flask": FLASK_SUBCLASS,
    "plugins": PLUGINS,
    "a namespace package": NAMESPACE_PACKAGE,
    "src layout": SRC_LAYOUT,
    "settings classes": SETTINGS_CLASSES,
    "names that are made while a module runs": MADE_WHILE_RUNNING,
    "objects that are told by running alone": ODD_OBJECTS,
    "names that are there in either case": NAMES_BY_CASE,
    "values that are about secrets": ABOUT_SECRETS,
    "a debug overlay without patches": DEBUG_OVERLAY,
    "several addresses": SERVERS,
    "steps that use steps": STEPS_OF_STEPS,
}


@pytest.mark.parametrize("files", PROJECTS.values(), ids=PROJECTS.keys())
def test_what_is_right_is_not_blamed(files: dict[str, str], tmp_path: Path) -> None:
    """However seldom somebody does it."""
    assert render_found(lint_files(tmp_path, {**SHOP, **files})) == []
