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
            "- shop.commands: init_app",
            (
                "11:5 the space after the colon of 'shop.commands: …' makes it a key | "
                "Drop the space: '- shop.commands:init_app'."
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
                'got the string "shop.models:db" | '
                'Write an object, as {$import: "module:attribute"}.'
            ),
        ),
        (
            '{$import: "shop.models:db"}',
            '{import: "shop.models:db"}',
            (
                '8:16 expected an object, as {$import: "module:attribute"}, '
                'got a mapping | Write `{$import: "shop.models:db"}`.'
            ),
        ),
        (
            "bind: 127.0.0.1:5001",
            "bind: 5001",
            (
                '15:9 expected an address such as 127.0.0.1:5001, got the integer "5001" | '
                "Write an address such as 127.0.0.1:5001."
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
            (
                "13:24 “ and ” are not YAML's quotes: they are part of the string | "
                'Write " instead, or put " around the string to keep them.'
            ),
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
            "  - proxy_fix\n",
            "  - use: secret_key\n    with: {key: {{ SECRET_KEY }}}\n  - proxy_fix\n",
            "12:18 a key is a mapping, expected a string | For a variable, write `${SECRET_KEY}`.",
        ),
        (
            "bind: 127.0.0.1:5001",
            "bind: {{ BIND }}",
            "15:10 a key is a mapping, expected a string | For a variable, write `${BIND}`.",
        ),
        (
            '{db: {$import: "shop.models:db"}, pool_size: 10}',
            "{url: {file: /run/secrets/url}}",
            "8:17 expected a string, got a mapping | Write `{$file: /run/secrets/url}`.",
        ),
        (
            "config:\n",
            "config:\n  - {use: values, name: key, with: {SECRET_KEY: {file: /run/secrets/key}}}\n",
            (
                '4:56 the secret "SECRET_KEY" is a path, not what the file holds | '
                "Write `{$file: /run/secrets/key}`."
            ),
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
        (
            "version: 1\n",
            "version: 1\nworkers: 3\n",
            '2:1 unknown key "workers" | Move it under `server`.',
        ),
        (
            "  workers: auto",
            "  workers: auto\n  debug: true",
            '17:3 unknown key "debug" | Move it to the top level.',
        ),
        (
            "bind: 127.0.0.1:5001",
            "bind: a:1, b:2",
            '15:9 expected an address, got "a:1, b:2" | Write a list: [a:1, b:2].',
        ),
        (
            "workers: auto",
            "workers: two",
            (
                "16:12 expected a number of processes from 1, or auto, got the string "
                '"two" | Write a number of processes from 1, or auto.'
            ),
        ),
        (
            "workers: auto",
            "workers: 0",
            (
                '16:12 expected a number of processes from 1, or auto, got the integer "0" '
                "| Write a number of processes from 1, or auto."
            ),
        ),
        (
            "- shop.ext_mail\n",
            "- use: shop.ext_mail\n    enabled: false\n",
            (
                '10:5 unknown key "enabled" | Write `when: false` to turn the step off, or '
                "a condition after `when`."
            ),
        ),
        (
            "- shop.ext_mail\n",
            "- shop.ext_mail: null\n",
            (
                "9:5 'shop.ext_mail' is the name of a step, not one of its keys | Write '- "
                "{name: shop.ext_mail, when: false}' to turn the step off."
            ),
        ),
        (
            '"${DATABASE_URL:-postgresql://shop@db/shop}"',
            '"{{ DATABASE_URL }}"',
            (
                "5:37 '{{ DATABASE_URL }}' is a string, not a variable | Write "
                "`${DATABASE_URL}` for the variable."
            ),
        ),
        (
            '"${DATABASE_URL:-postgresql://shop@db/shop}"',
            "$(DATABASE_URL)",
            (
                "5:37 '$(DATABASE_URL)' is a string, not a variable | Write "
                "`${DATABASE_URL}` for the variable, or `$$(DATABASE_URL)` for the string."
            ),
        ),
        (
            '"${DATABASE_URL:-postgresql://shop@db/shop}"',
            "postgresql://shop@db:$PORT/shop",
            (
                "5:37 '$PORT' is a string, not a variable | Write `${PORT}` for the "
                "variable, or `$$PORT` for the string."
            ),
        ),
        (
            "127.0.0.1:5001",
            "127.0.0.1:$PORT",
            (
                "15:9 '$PORT' is a string, not a variable | Write `${PORT}` for the "
                "variable, or `$$PORT` for the string."
            ),
        ),
        (
            "workers: auto",
            "workers: $WORKERS",
            (
                "16:12 '$WORKERS' is a string, not a variable | Write `${WORKERS}` for the "
                "variable, or `$$WORKERS` for the string."
            ),
        ),
        (
            '"${DATABASE_URL:-postgresql://shop@db/shop}"',
            "{file: /run/x}",
            (
                "5:37 SQLALCHEMY_DATABASE_URI expects a string, got a mapping | "
                "Write `{$file: /run/x}`."
            ),
        ),
        (
            '"${DATABASE_URL:-postgresql://shop@db/shop}"',
            "postgresql://shop@db/shop, SHOP_API_TOKEN: {file: /run/x}",
            (
                '5:87 the secret "SHOP_API_TOKEN" is a path, not what the file holds | '
                "Write `{$file: /run/x}`."
            ),
        ),
        (
            "- proxy_fix\n",
            "- proxy_fix\n  - use: secret_key\n    with: {key: {file: /run/x}}\n",
            "13:17 expected a string, got a mapping | Write `{$file: /run/x}`.",
        ),
        (
            "- proxy_fix\n",
            "- proxy_fix\n  - use: secret_key\n    with: {key: {env: SECRET_KEY}}\n",
            "13:17 expected a string, got a mapping | Write `${SECRET_KEY}`.",
        ),
        (
            '"${DATABASE_URL:-postgresql://shop@db/shop}"',
            "“sqlite:///shop.db”",
            (
                "5:37 “ and ” are not YAML's quotes: they are part of the string | Write \" "
                'instead, or put " around the string to keep them.'
            ),
        ),
        (
            '"${DATABASE_URL:-postgresql://shop@db/shop}"',
            "“${DATABASE_URL:-sqlite://}”",
            (
                "5:37 '${DATABASE_URL:-sqlite://}' is taken apart by YAML | Quote it: "
                '"${DATABASE_URL:-sqlite://}".'
            ),
        ),
        (
            "- shop.ext_mail\n",
            "- «shop.ext_mail»\n",
            (
                "9:5 « and » are not YAML's quotes: they are part of the string | Write \" "
                'instead, or put " around the string to keep them.'
            ),
        ),
        (
            "shop.ext_mail",
            "shop/mail.py:Mail",
            '9:5 "shop/mail.py:Mail" is not an object reference | Write it as `shop.mail:Mail`.',
        ),
        (
            "shop.ext_mail",
            "flask-cors:CORS",
            '9:5 "flask-cors:CORS" is not an object reference | Write it as `flask_cors:CORS`.',
        ),
        (
            "- shop.ext_mail\n",
            "- use: flask_login\n",
            "9:10 no extension is called 'flask_login' | Write `login`.",
        ),
        (
            "- shop.ext_mail\n",
            "- use: flask-sqlalchemy\n",
            "9:10 no extension is called 'flask-sqlalchemy' | Write `database`.",
        ),
        (
            "  - proxy_fix\n  - use: shop.api:routes\n",
            "  - use: proxy_fix\n    with: {x_for: 2}\n  # - use: shop.api:routes\n",
            (
                "14:5 the step above gets a second 'with': that of the step that is "
                "commented out | Comment out the rest of the step as well, or restore its "
                "first line."
            ),
        ),
        (
            "  - use: shop.api:routes\n",
            "#  - use: shop.api:routes\n",
            (
                "13:5 this belongs to the step that is commented out | Comment out the "
                "rest of the step as well, or restore its first line."
            ),
        ),
        (
            "workers: auto",
            "workers: auto\n  with: {timeout: 60s}",
            (
                '17:19 "timeout" expects seconds, a number, got the string "60s" | Write '
                "the number alone: 60."
            ),
        ),
        (
            "workers: auto",
            "workers: auto\n  with: {graceful_timeout: 2 min}",
            (
                '17:28 "graceful_timeout" expects seconds, a number, got the string "2 '
                'min" | Write the number alone: 120.'
            ),
        ),
        (
            "pool_size: 10",
            "pool_timeout_seconds: 30s",
            '8:67 expected an integer, got the string "30s" | Write the number alone: 30.',
        ),
        (
            '"${DATABASE_URL:-postgresql://shop@db/shop}"',
            "postgre://shop@db/shop",
            "5:37 unknown database dialect \"postgre\" | Did you mean 'postgresql'?",
        ),
        (
            '"${DATABASE_URL:-postgresql://shop@db/shop}"',
            "jdbc:postgresql://db/shop",
            '5:37 SQLALCHEMY_DATABASE_URI starts with "jdbc:", as only Java does | Remove `jdbc:`.',
        ),
        (
            '"${DATABASE_URL:-postgresql://shop@db/shop}"',
            "'${DATABASE_URL:-\"postgresql://db/shop\"}'",
            (
                "5:37 SQLALCHEMY_DATABASE_URI has quotes inside it (from "
                '${DATABASE_URL:-"postgresql://db/shop"}) | Remove the quotes inside the '
                "URL."
            ),
        ),
        (
            "127.0.0.1:5001",
            "127.0.0.1:${PORT:-tcp://10.0.0.1:80}",
            (
                '15:9 expected an address, got "127.0.0.1:tcp://10.0.0.1:80" (from '
                '127.0.0.1:${PORT:-tcp://10.0.0.1:80}) | Remove "tcp://", or set the '
                "variable that it comes from to a port."
            ),
        ),
        (
            "- use: shop.api:routes\n",
            "- use: shop.api:routes\n    after: [databse]\n    before: [databse]\n",
            "13:13 no step of this list is called 'databse' | Did you mean 'database'?",
        ),
        (
            "- use: database\n",
            (
                "- use: shop.commands\n    after: [database]\n    before: [database]\n  - "
                "use: database\n"
            ),
            (
                "8:13 no order fits: 'shop.commands' after 'database', and 'database' "
                "after 'shop.commands' | Remove one of these constraints."
            ),
        ),
    ],
)
def test_a_mistake_is_one_finding(tmp_path: Path, old: str, new: str, said: str) -> None:
    """Where it was made, with what to do about it, and nothing that merely follows from it."""
    assert lint(tmp_path, old, new) == [said]


BASE = """\
version: 1
abstract: true
config:
  - use: values
    with: {SQLALCHEMY_DATABASE_URI: "sqlite://"}
extensions:
  - database
  - use: shop.ext_mail
    name: mail
"""
OVERLAY = """\
version: 1
extends: base.yaml
extensions:
"""


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (
            "- {name: shop.ext_mail, app_context: true}",
            (
                "web.yaml:4:12 no base has a step named 'shop.ext_mail', and this step has no "
                "`use` | Write 'mail', the name of the step that uses it."
            ),
        ),
        (
            "- {use: shop.commands, after: [shop.ext_mail]}",
            (
                "web.yaml:4:34 no step of this list is called 'shop.ext_mail' | "
                "Write 'mail', the name of the step that uses it."
            ),
        ),
        (
            "- {use: shop.late, with: {mail: {$step: shop.ext_mail}}}",
            (
                "web.yaml:4:43 no earlier extension step is called 'shop.ext_mail' | "
                "Write 'mail', the name of the step that uses it."
            ),
        ),
        (
            "- {name: mail, enabled: false}",
            (
                'web.yaml:4:18 unknown key "enabled" | '
                "Write `when: false` to turn the step off, or a condition after `when`."
            ),
        ),
        (
            "- mail: null",
            (
                "web.yaml:4:5 'mail' is the name of a step, not one of its keys | "
                "Write '- {name: mail, when: false}' to turn the step off."
            ),
        ),
        (
            "- {name: maill, after: [databse]}",
            (
                "web.yaml:4:12 no base has a step named 'maill', and this step has no `use` | "
                "Did you mean 'mail'?"
            ),
        ),
    ],
)
def test_a_mistake_in_an_overlay_is_one_finding(tmp_path: Path, step: str, said: str) -> None:
    """It names the step of the base, or what turns it off."""
    late = {"shop/late.py": "def init_app(app, mail):\n    pass\n"}
    files = {**FILES, **late, "base.yaml": BASE, "web.yaml": f"{OVERLAY}  {step}\n"}
    found = lint_files(tmp_path, files)
    assert [f"{one.place} {one.message} | {one.hint}" for one in found] == [said]


def test_a_misspelled_name_is_told_where_it_is_and_not_where_it_is_missed(tmp_path: Path) -> None:
    """Other steps name it as it should be, in `after` and in `before`."""
    text = PROFILE.replace("- use: database", "- use: databse").replace(
        "- use: shop.api:routes", "- use: shop.api:routes\n    after: [database]"
    )
    found = lint_files(tmp_path, {**FILES, "web.yaml": text.replace("- psycopg2", "")})
    assert [one.message for one in found] == ["no extension is called 'databse'"]


@pytest.mark.parametrize(
    ("name", "text", "place"),
    [
        (
            "compose.yaml",
            "version: '3.8'\nservices:\n  web:\n    image: shop\n    ports: [80:5000, 22:22]\n",
            "1:1",
        ),
        ("compose.yaml", "# ours\nservices: {web: {build: .}}\nconfigs: {a: {file: ./a}}\n", "2:1"),
        ("ci.yaml", "name: CI\non: push\njobs: {test: {runs-on: ubuntu-latest}}\n", "1:1"),
        ("pod.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: shop}\n", "1:1"),
        (".yamllint.yaml", "rules: {line-length: disable}\n", "1:1"),
    ],
)
def test_a_file_of_another_tool_is_one_finding(
    tmp_path: Path, name: str, text: str, place: str
) -> None:
    """Whatever its keys, its version and YAML's traps in it."""
    found = lint_files(tmp_path, {name: text})
    assert [(str(one.place), one.name) for one in found] == [(f"{name}:{place}", "not-a-profile")]


@pytest.mark.parametrize("text", ["extension: [database]\n", "version: 1\nservices: {}\n"])
def test_a_profile_with_a_misspelled_key_is_a_profile(tmp_path: Path, text: str) -> None:
    """So is whatever has the version of one."""
    names = {one.name for one in lint_files(tmp_path, {"web.yaml": text})}
    assert "unknown-key" in names
    assert "not-a-profile" not in names
