"""What people get wrong in a profile gets one finding, at its place, with its remedy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.linting import lint_files

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "shop/__init__.py": "",
    "shop/models.py": "from flask_sqlalchemy import SQLAlchemy\n\ndb = SQLAlchemy()\n",
    "shop/api.py": """\
from flask import Blueprint

routes = Blueprint("api", __name__)


@routes.get("/")
def index():
    return "api"
""",
    "shop/ext_mail.py": "def init_app(app):\n    pass\n",
    "shop/commands.py": "def init_app(app):\n    pass\n",
    "shop/ext_metrics.py": "def init_app(app):\n    pass\n",
}
PROFILE = """\
version: 1
patches: [gevent, psycopg2]
config:
  - use: values
    with: {SQLALCHEMY_DATABASE_URI: "${DATABASE_URL:-postgresql://shop@db/shop}"}
extensions:
  - use: database
    with: {db: {$import: "shop.models:db"}, pool_size: 10}
  - shop.ext_mail
  - shop.ext_metrics
  - proxy_fix
  - use: shop.api:routes
    with: {url_prefix: /v1}
server:
  bind: 127.0.0.1:5001
  workers: auto
"""


def lint(folder: Path, old: str, new: str) -> list[str]:
    """Return what is said where ``old`` is ``new`` in `PROFILE`: places, messages and hints."""
    assert PROFILE.count(old) == 1
    found = lint_files(folder, {**FILES, "web.yaml": PROFILE.replace(old, new)})
    return [f"{one.place} {one.message} | {one.hint}".removeprefix("web.yaml:") for one in found]


def test_the_profile_that_is_edited_is_clean(tmp_path: Path) -> None:
    """So what is found comes of the edit."""
    assert lint(tmp_path, "version: 1", "version: 1") == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "- proxy_fix",
            "- proxy_fix: {x_for: 2}",
            (
                "11:5 'proxy_fix' is what the step uses, not one of its keys | "
                "Write '- use: proxy_fix', with its options under `with`."
            ),
        ),
        (
            "- proxy_fix",
            "- shop.commands:\n      with: {}",
            (
                "11:5 'shop.commands' is what the step uses, not one of its keys | "
                "Write '- use: shop.commands', with its options under `with`."
            ),
        ),
        (
            "- proxy_fix",
            "- use: proxy_fix\n    when: ${PROXIES} > 0",
            (
                '12:11 "${PROXIES} > 0" is not a condition | '
                "Write true, false, one `${…}`, or a mapping such as `{debug: false}`."
            ),
        ),
        (
            "- proxy_fix",
            "- proxy_fix\n  - proxy_fix",
            (
                "12:5 two steps in this list are named 'proxy_fix' | "
                "Remove one, or set another `name`."
            ),
        ),
        (
            '{$import: "shop.models:db"}',
            "shop.models:db",
            (
                '8:16 expected an object, as {$import: "module:attribute"}, '
                'got the string "shop.models:db" | Write such a value, or remove it.'
            ),
        ),
        (
            '{$import: "shop.models:db"}',
            '{import: "shop.models:db"}',
            (
                '8:16 expected an object, as {$import: "module:attribute"}, '
                "got a mapping | Write such a value, or remove it."
            ),
        ),
        (
            "bind: 127.0.0.1:5001",
            "bind: 5001",
            (
                '15:9 expected an address such as 127.0.0.1:5001, got the integer "5001" | '
                "Write such a value, or remove it."
            ),
        ),
        (
            "/v1",
            "v1",
            '13:12 expected a path that starts with a slash, got "v1" | Write `/v1`.',
        ),
        (
            "/v1",
            "“/v1”",
            '13:12 expected a path that starts with a slash, got "“/v1”" | Start it with a slash.',
        ),
        (
            "  workers: auto",
            "<<<<<<< HEAD\n  workers: auto\n=======\n  workers: 4\n>>>>>>> main",
            (
                "16:1 unresolved merge conflict | "
                "Resolve it, and remove the lines with <<<<<<<, ======= and >>>>>>>."
            ),
        ),
        (
            "  workers: auto",
            "  workers: auto\n=======\n  workers: 4\n>>>>>>> main",
            (
                "19:1 unresolved merge conflict | "
                "Resolve it, and remove the lines with <<<<<<<, ======= and >>>>>>>."
            ),
        ),
        (
            '"${DATABASE_URL:-postgresql://shop@db/shop}"',
            "{DATABASE_URL:-postgresql://shop@db/shop}",
            (
                "5:38 '{DATABASE_URL:…}' is a mapping, not a variable: a dollar sign is missing "
                "| Write `${DATABASE_URL:-…}`."
            ),
        ),
        (
            "  workers: auto",
            "  workers: {WORKERS:-auto}",
            (
                "16:13 '{WORKERS:…}' is a mapping, not a variable: a dollar sign is missing "
                "| Write `${WORKERS:-…}`."
            ),
        ),
        (
            "  - proxy_fix",
            "  - {use:proxy_fix}",
            (
                "11:9 no space after the colon of 'use:' | "
                "Add a space after the colon, or quote the value if it is a string."
            ),
        ),
        (
            "  - proxy_fix",
            "  - use:proxy_fix",
            (
                "11:8 no space after the colon of 'use:' | "
                "Add a space after the colon, or quote the value if it is a string."
            ),
        ),
        (
            "version: 1",
            "version: '1'",
            '1:10 expected an integer, got the string "1" | Write `version: 1`.',
        ),
        (
            "  workers: auto",
            "  workers: ${WORKERS:-many}",
            (
                "16:12 expected a number of processes from 1, or auto, got a string "
                "(from ${WORKERS:-many}) | Set WORKERS to such a value, or change its default."
            ),
        ),
        (
            '"${DATABASE_URL:-postgresql://shop@db/shop}"',
            "{{ DATABASE_URL }}",
            "5:38 a key is a mapping, expected a string | For a variable, write `${DATABASE_URL}`.",
        ),
        (
            "pool_size: 10",
            "pool_size: \u00a010",
            (
                "8:56 invisible character U+00A0 (no-break space) | Replace it with a plain space; "
                "where a value needs it, write it as an escape in double quotes."
            ),
        ),
        (
            "[gevent, psycopg2]",
            "[gevnt, psycopg2]",
            "2:11 no patch is called 'gevnt' | Did you mean 'gevent'?",
        ),
        (
            "[gevent, psycopg2]",
            "[gevent, psycopg]",
            "2:19 no patch is called 'psycopg' | Did you mean 'psycopg2'?",
        ),
        (
            '"${DATABASE_URL:-postgresql://shop@db/shop}"',
            "$DATABASE_URL",
            (
                "5:37 '$DATABASE_URL' is a string, not a variable | "
                "Write `${DATABASE_URL}` for the variable, or `$$DATABASE_URL` for the string."
            ),
        ),
        (
            "shop.api:routes",
            "shop.api:blueprint",  # and not the class that the module imports
            (
                '12:10 the module "shop.api" has no attribute "blueprint" | '
                "It has 'index', 'routes'."
            ),
        ),
        (
            "- proxy_fix",
            "- proxy_fix\n  - use: database\n    name: reports",
            (
                "12:10 the app has a database already | Put the URLs of further ones into "
                "SQLALCHEMY_BINDS, or turn one of the steps off."
            ),
        ),
        (
            "shop.ext_mail",
            "shop.ext_redis",
            (
                '9:5 the package "shop" has no module "ext_redis" | '
                "It has 'api', 'commands', 'ext_mail', 'ext_metrics', 'models'."
            ),
        ),
    ],
)
def test_a_mistake_is_one_finding(tmp_path: Path, old: str, new: str, said: str) -> None:
    """Where it was made, with what to do about it, and nothing that merely follows from it."""
    assert lint(tmp_path, old, new) == [said]
