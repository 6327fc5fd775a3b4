"""The hand-written factories of `tests/apps`: each makes an app that works."""

from __future__ import annotations

import logging
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask
    from flask.testing import FlaskClient

    Factory = Callable[..., Flask]

APPS = Path(__file__).parent / "apps"

# Every factory, and what it takes to be called plainly.
FACTORIES = {
    "tutorial_blog": "tutorial_blog:create_app",
    "api_only": "api_only.factory:create_app",
    "shopfront": "shopfront:create_app",
    "notes_classconf": "notes_classconf.factory:create_app",
    "celery_mail": "celery_mail.factory:create_app",
    "plugin_wiki": "plugin_wiki.factory:create_app",
    "ops_console": "ops_console.factory:create_app",
    "branch_office": "branch_office.factory:create_app",
    "big28": "big28.factory:create_app",
    "big28_migrations": "big28.factory:create_migrations_app",
}
# What must be passed.
OPTIONS: dict[str, dict[str, object]] = {"branch_office": {"branch": "west"}}


@pytest.fixture
def make(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Factory]:
    """Return a caller of factories by name, in an environment of its own; engines are closed."""
    monkeypatch.syspath_prepend(str(APPS))
    monkeypatch.setenv("TUTORIAL_BLOG_INSTANCE", str(tmp_path / "blog"))
    monkeypatch.setenv("BIG28_STORAGE_PATH", str(tmp_path / "big28"))
    made: list[Flask] = []

    def call(name: str, *args: object, **options: object) -> Flask:
        module, _, attribute = FACTORIES[name].partition(":")
        app: Flask = getattr(import_module(module), attribute)(*args, **options)
        made.append(app)
        return app

    yield call
    for app in made:
        db = app.extensions.get("sqlalchemy")
        if db is not None:
            with app.app_context():
                for engine in db.engines.values():
                    engine.dispose()


def read_static(client: FlaskClient, path: str) -> str:
    """Return the text of a static file, and close it."""
    response = client.get(path)
    with response:
        return response.text


@pytest.mark.parametrize("name", FACTORIES)
def test_factory_makes_several_apps_in_one_process(make: Factory, name: str) -> None:
    """A second app in one process is an app of its own, with the same rules."""
    first, second = (make(name, **OPTIONS.get(name, {})) for _ in range(2))

    assert first is not second
    assert sorted(map(str, first.url_map.iter_rules())) == sorted(
        map(str, second.url_map.iter_rules())
    )


@pytest.mark.parametrize("name", FACTORIES)
def test_apps_do_not_import_assembler(name: str, tmp_path: Path) -> None:
    """A fresh process makes the app, and assembler is not among its modules."""
    module, _, attribute = FACTORIES[name].partition(":")
    script = (
        f"import sys; from {module} import {attribute} as create;"
        f" create(**{OPTIONS.get(name, {})});"
        " assert not [name for name in sys.modules if name.startswith('assembler')]"
    )

    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        cwd=APPS,
        env={
            "TUTORIAL_BLOG_INSTANCE": str(tmp_path),
            "BIG28_STORAGE_PATH": str(tmp_path),
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stderr


def test_blog_accepts_posts_after_login_only(make: Factory, tmp_path: Path) -> None:
    """An author registers, logs in, writes, and reads the post on the front page."""
    app = make("tutorial_blog")
    assert app.test_cli_runner().invoke(args=["init-db"]).output == "tables made\n"
    client, author = app.test_client(), {"name": "ann", "password": "swordfish"}

    assert client.post("/posts", data={"title": "x"}).location == "/auth/login"
    assert client.post("/auth/register", data=author).location == "/auth/login"
    assert client.post("/auth/register", data=author).status_code == 409
    assert client.post("/auth/login", data={**author, "password": "?"}).status_code == 401
    assert client.post("/auth/login", data=author).location == "/"
    client.post("/posts", data={"title": "First", "body": "words"})

    page = client.get("/").text
    assert "ann is reading" in page
    assert "<h2>First</h2><p>ann: words</p>" in page
    assert "nobody is reading" in app.test_client().get("/posts/1").text
    assert client.get("/posts/2").status_code == 404
    assert "max-width" in read_static(client, "/assets/site.css")
    assert (tmp_path / "blog" / "uploads").is_dir()
    with app.test_request_context():
        assert app.url_for("index") == app.url_for("blog.index") == "/"


def test_blog_layers_its_config(make: Factory, tmp_path: Path) -> None:
    """The instance's file overrides the defaults, and the caller overrides both."""
    folder = tmp_path / "blog"
    folder.mkdir()
    (folder / "config.py").write_text("POSTS_PER_PAGE = 3\nFROM_FILE = True\n", encoding="utf-8")

    plain, told = make("tutorial_blog"), make("tutorial_blog", {"POSTS_PER_PAGE": 1})

    assert (plain.config["POSTS_PER_PAGE"], told.config["POSTS_PER_PAGE"]) == (3, 1)
    assert told.config["FROM_FILE"] is True
    assert told.config["SECRET_KEY"] == "development"  # noqa: S105 - the app's own default


def test_api_answers_in_signed_json(make: Factory) -> None:
    """Hooks, middleware, compression and CORS each leave their header."""
    client = make("api_only").test_client()

    answer = client.get(
        "/v1/things",
        headers={
            "Accept-Encoding": "gzip",
            "Origin": "https://shop.example",
            "X-Request-ID": "seven",
        },
    )

    assert answer.status_code == 200
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Access-Control-Allow-Origin"] == "https://shop.example"
    assert answer.headers["X-Request-ID"] == "seven"
    assert re.fullmatch(r"app;dur=\d+", answer.headers["Server-Timing"])
    listing = client.get("/v1/things/").get_json()["things"]
    assert listing[0] == {"id": 0, "colour": "blue", "made": "2026-01-02T03:04:05Z"}


def test_api_reports_errors_in_json(make: Factory, caplog: pytest.LogCaptureFixture) -> None:
    """A code, a class of errors and an error of the API's own each have a handler."""
    client = make("api_only", "api_only.testing_settings").test_client()
    before = client.get("/health").get_json()

    assert client.get("/nowhere").get_json() == {"error": "not found", "path": "/nowhere"}
    assert client.put("/v1/things/").get_json() == {"error": "Method Not Allowed"}
    refused = client.post("/v1/things/colour", json={"name": "beige"})
    assert (refused.status_code, refused.get_json()["error"]) == (422, "no thing is 'beige'")
    assert client.post("/v1/things/colour", json={"name": "red"}).get_json()["known"] is True

    after = client.get("/health").get_json()
    assert after["title"] == "Things under test"
    assert after["warnings"] == before["warnings"] + 1
    assert ("api_only", logging.WARNING, "nothing at /nowhere") in caplog.record_tuples


def test_shop_sells_only_what_is_in_stock(make: Factory) -> None:
    """The commands fill the stock; page, API and shell see it."""
    app = make("shopfront")
    db = app.extensions["sqlalchemy"]
    client, runner = app.test_client(), app.test_cli_runner()
    assert client.get("/").status_code == 503
    with app.app_context():
        db.create_all()

    added = runner.invoke(args=["warehouse", "add", "Soap", "250", "--amount", "3"])

    assert added.output == "added 3 of Soap\n"
    assert runner.invoke(args=["warehouse", "count"]).output == "3 in stock\n"
    page = client.get("/").text
    assert "<title>Corner shop (development)</title>" in page
    assert "Soap: EUR 2.50, with tax EUR 3.00" in page
    listing = client.get("/api/v1/articles")
    assert listing.get_json() == {
        "articles": [{"title": "Soap", "price_cents": 250}],
        "here": "/api/v1/articles",
    }
    assert listing.headers["X-API"] == "api_v1"
    assert client.get("/api/latest/articles").headers["X-API"] == "api_latest"
    with app.app_context():
        assert app.make_shell_context()["money"](5) == "EUR 0.05"
    assert "no such page" in client.get("/articles/9").text


def test_shop_recognizes_customers_who_logged_in(make: Factory) -> None:
    """Who is not logged in is sent to do so; who is, is greeted by name."""
    app = make("shopfront", "testing")
    models = import_module("shopfront.models")
    db, client = app.extensions["sqlalchemy"], app.test_client()
    with app.app_context():
        db.create_all()
        db.session.add(models.Customer(name="bo"))
        db.session.commit()

    assert client.get("/account/").location.startswith("/account/log-in")
    assert client.post("/account/log-in", data={"name": "cy"}).status_code == 404
    client.post("/account/log-in", data={"name": "bo"})

    assert client.get("/account/").text == "hello, bo"
    assert client.post("/account/log-out").location == "/"


def test_shop_takes_its_config_by_name(make: Factory) -> None:
    """Testing has the page of rules, and production is only there over TLS."""
    testing, production = make("shopfront", "testing"), make("shopfront", "production")

    assert "/_debug/rules" in testing.test_client().get("/_debug/rules").get_json()
    assert production.test_client().get("/account/log-in").status_code == 308
    assert production.test_client().get("https://x/account/log-in").text == "who are you?"
    assert production.test_client().get("https://x/_debug/rules").status_code in {404, 503}
    assert production.extensions["configuration"] == "production"
    assert [handler.name for handler in production.logger.handlers].count("operators") == 1


def test_notes_create_tables_and_enforce_the_quota(make: Factory) -> None:
    """A note is written and rendered; one that is too long is refused in plain text."""
    app = make("notes_classconf")
    client = app.test_client()

    assert client.post("/notes/home", data={"text": "shout: milk"}).status_code == 201
    assert client.get("/notes/home").get_json() == {
        "notes": ["MILK"],
        "url": "https://notes.example/notes/home",
    }
    refused = client.post("/notes/home", data={"text": "x" * 201})
    assert (refused.status_code, refused.text) == (413, "201 characters, and 200 are allowed")
    assert client.get("/notes/garden").status_code == 404
    with app.app_context():
        assert "seed" in app.make_shell_context()
    assert app.test_cli_runner().invoke(args=["purge", "--category", "work"]).output.startswith("0")
    assert app.test_cli_runner().invoke(args=["clean"]).output == "1 deleted\n"


def test_notes_take_the_caller_s_config_class(make: Factory) -> None:
    """With two notes a page the third is not shown."""
    short_pages = import_module("notes_classconf.configuration").ShortPages
    client = make("notes_classconf", short_pages).test_client()
    for text in ("a", "b", "c"):
        client.post("/notes/work", data={"text": text})

    assert client.get("/notes/work").get_json()["notes"] == ["a", "b"]


def test_newsletter_sends_its_welcome_in_a_task(make: Factory) -> None:
    """Under test the task runs at once, inside a context of the app."""
    app = make("celery_mail", testing=True)
    client = app.test_client()

    assert client.post("/newsletter/", data={"address": "a@x.example"}).get_json() == {"list": 1}
    client.post("/offers/", data={"address": "b@x.example"})
    client.post("/subscribe", data={"address": "c@x.example"})

    outbox = app.extensions["mail"]["transport"].outbox
    assert [(mail["To"], mail["Subject"]) for mail in outbox] == [
        ("a@x.example", "List 1"),
        ("b@x.example", "List 7"),
        ("c@x.example", "List 1"),
    ]
    assert outbox[0].get_content() == "Dear a@x.example, welcome.\n"
    clients = client.get("/newsletter/clients")
    assert clients.get_json() == {"celery": "celery_mail", "list": 1, "redis_port": 6399}
    assert "Cache-Control" not in clients.headers


def test_newsletter_forbids_caching_outside_tests(make: Factory) -> None:
    """The hook is there only when the flag is not, and CORS is there in both."""
    client = make("celery_mail").test_client()

    answer = client.get("/newsletter/clients", headers={"Origin": "https://y.example"})

    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Access-Control-Allow-Origin"] == "https://y.example"


def test_wiki_renders_pages_with_its_plugins(make: Factory) -> None:
    """Plugins rewrite, templates come from two packages, and links keep the language."""
    client = make("plugin_wiki").test_client()

    page = client.get("/fr/Bread").text

    assert '<html lang="fr"><title>Bread - Wiki</title>' in page
    assert 'salt \N{EN DASH} see <a href="/fr/Oven">Oven</a>.' in page
    assert "a stub" not in page
    assert "a stub" in client.get("/fr/Ash").text
    assert client.get("/en/Nothing").status_code == 404
    assert client.get("/about-typography").text == "semicolons become dashes"
    assert client.get("/search?text=OVEN").get_json() == ["Bread"]
    assert client.get("/search?text=ov").status_code == 400
    assert client.get("/feed/").get_json() == ["Ash", "Bread", "Oven"]
    assert len(client.get("/history/Bread").get_json()["revisions"]) == 2
    assert "serif" in read_static(client, "/theme/wiki.css")


def test_wiki_takes_a_mapping_instead_of_its_defaults(make: Factory) -> None:
    """Nothing is turned off in the caller's mapping, so the wiki shouts."""
    config = {"WIKI_NAME": "Loud", "WIKI_LANGUAGE": "de"}
    client = make("plugin_wiki", config).test_client()

    assert "A HOT BOX." in client.get("/de/Oven").text


def test_console_runs_its_checks(make: Factory, monkeypatch: pytest.MonkeyPatch) -> None:
    """The checks are the imported modules; each variable reaches its value."""
    monkeypatch.setenv("OPS_DEPTH__queue", "7")
    monkeypatch.setenv("OPS_TITLE", "night shift")
    app = make("ops_console")
    client = app.test_client()

    assert client.get("/checks/queue").get_json() == {"queue": 7}
    failed = client.get("/checks/disk")
    assert (failed.status_code, failed.get_json()) == (503, {"failed": "no disk among 1 parts"})
    assert client.get("/checks/none").get_json() == {"broken": "KeyError"}
    assert client.get("/checks/NONE").status_code == 404
    assert app.test_cli_runner().invoke(args=["checks", "list"]).output == "disk\nqueue\n"
    client.get("/areas/north/")
    assert client.get("/areas/south/").get_json() == {
        "area": "areas.south",
        "title": "Night Shift",
        "visits": 2,
    }
    assert read_static(client, "/files/up.txt") == "up\n"


@pytest.mark.parametrize(("variable", "at"), [("", "/metrics"), ("1", "/inner/metrics")])
def test_console_middlewares_wrap_in_order(
    make: Factory, monkeypatch: pytest.MonkeyPatch, variable: str, at: str
) -> None:
    """The proxy's prefix reaches the mounted metrics, and the timing is outside of both."""
    monkeypatch.setenv("OPS_BEHIND_PROXY", variable)
    client = make("ops_console").test_client()

    answer = client.get("/metrics", headers={"X-Forwarded-Prefix": "/inner"})

    assert answer.text == f'up{{at="{at}"}} 1\n'
    assert answer.headers["X-Taken-Ms"].isdigit()


def test_office_is_made_for_its_branch(make: Factory) -> None:
    """What must come first is first."""
    app = make("branch_office", "east")
    client = app.test_client()

    answer = client.get("/office/")
    assert answer.headers["X-Branch"] == "east"
    assert answer.get_json() == {
        "branch": "east",
        "BRANCH": "east",
        "HALL": "main",
        "GREETING": "Good day",
    }
    assert client.get("/office/parts").get_json() == {
        "order": ["storage", "archive", "index", "mail", "queue"],
        "queue": {"length": 3, "is_strict": True},
        "ledger": "EUR",
    }
    assert app.test_cli_runner().invoke(args=["welcome"]).output == "Good day\n"


def test_big_app_handles_a_purchase_end_to_end(make: Factory) -> None:
    """Command, token, price, event, task, log, mail and session all have a part in it."""
    app = make("big28")
    client, runner = app.test_client(), app.test_cli_runner()
    bearer = {"Authorization": "Bearer t1"}
    assert runner.invoke(args=["create-account", "dee", "t1"]).output == "account 1 made\n"

    wanted = {"item": "pen", "list_price_cents": 100}
    assert client.post("/v1/orders", json=wanted).get_json() == {"error": "who are you?"}
    placed = client.post("/v1/orders", json=wanted, headers=bearer)

    order = {"id": 1, "item": "pen", "price_cents": 90, "account": {"name": "dee"}}
    assert (placed.status_code, placed.get_json()) == (201, order)
    assert placed.headers["X-Version"] == "2.8.0"
    assert client.get("/v1/orders", headers=bearer).get_json() == [order]
    assert client.post("/console/api/login", json={"token": "t1"}).get_json() == {"name": "dee"}
    assert client.get("/console/api/overview").get_json() == {
        "credits": 200,
        "log": ["receipt of order 1"],
        "mails": 1,
        "name": "dee",
        "orders": 1,
    }
    assert runner.invoke(args=["count-accounts"]).output == "1\n"
    with app.extensions["session_factory"]() as session:
        assert session.get(import_module("big28.models").Order, 1).item == "pen"


def test_big_app_describes_itself(make: Factory) -> None:
    """What was registered late is in the description, and the proxy is believed."""
    client = make("big28").test_client()

    described = client.get("/openapi.json")

    assert set(described.get_json()["paths"]) == {"/v1/orders", "/v1/orders/schema"}
    assert b'"openapi":"3.1.0"' in described.data
    assert client.get("/v1/orders/schema").get_json()["title"] == "OrderOut"
    assert client.get("/health").get_json() == {"status": "ok", "version": "2.8.0"}
    front = client.get("/", headers={"X-Forwarded-For": "192.0.2.7", "X-Forwarded-Port": "81"})
    assert front.get_json() == {"address": "192.0.2.7", "url": "http://localhost:81/"}


def test_big_app_enables_steps_by_variable(make: Factory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three steps are off and one on, until their variables say otherwise."""
    switched = {"otel", "enterprise_telemetry", "sentry"}
    usual = make("big28")
    assert not switched & set(usual.extensions)
    assert "COMPRESS_LEVEL" in usual.config
    monkeypatch.setenv("BIG28_OTEL", "1")
    monkeypatch.setenv("BIG28_ENTERPRISE", "1")
    monkeypatch.setenv("BIG28_SENTRY_DSN", "https://sentry.example/1")
    monkeypatch.setenv("BIG28_COMPRESSION", "off")

    app = make("big28")

    assert switched & set(app.extensions) == switched
    assert "COMPRESS_LEVEL" not in app.config
    app.test_client().get("/health")
    assert app.extensions["otel"] == ["GET /health"]
    app.test_client().get("/v1/orders", headers={"Authorization": "Bearer t"})
    assert app.extensions["sentry"] == ["OperationalError"]


def test_migrations_app_has_two_steps(make: Factory) -> None:
    """It knows the tables, and has no page at all."""
    app = make("big28_migrations")

    assert set(app.extensions) == {"sqlalchemy", "migrate"}
    assert [rule.rule for rule in app.url_map.iter_rules()] == ["/static/<path:filename>"]
    assert {"account", "orders"} <= set(app.extensions["sqlalchemy"].metadata.tables)


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        (("ext_logging",), "logging came before timezone"),
        (("ext_migrate", "ext_database"), "migrate came before sqlalchemy"),
        (("ext_login", "ext_database"), "login came before sqlalchemy"),
        (("ext_app_metrics", "ext_database"), "app_metrics came before sqlalchemy"),
        (("ext_storage", "ext_redis"), "storage came before redis"),
        (("ext_redis", "ext_logstore"), "logstore came before storage"),
        (("ext_redis", "ext_storage", "ext_celery"), "celery came before logstore"),
        (("ext_commands",), "commands came before redis, sqlalchemy"),
        (("ext_openapi", "ext_blueprints"), "openapi came before blueprints"),
        (("ext_session_factory",), "session_factory came before sqlalchemy"),
    ],
)
def test_big_app_rejects_another_order_of_steps(
    make: Factory, steps: tuple[str, ...], message: str
) -> None:
    """Each hidden constraint fails, by name, when it is broken."""
    make("big28")
    factory, ordering = import_module("big28.factory"), import_module("big28.ordering")
    app = factory.create_flask()

    with pytest.raises(ordering.DisorderError, match=re.escape(message)):
        factory.initialize(app, tuple(import_module(f"big28.{step}") for step in steps))
