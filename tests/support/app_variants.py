"""The apps of `tests/apps`, each in the variants its factory knows, and what each is asked.

A variant says the same twice: how the factory is called, and how the profile is assembled.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

__all__ = ["APPS", "VARIANTS", "Variant", "build_orders"]

APPS = Path(__file__).parents[1] / "apps"


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to make an app, by hand and by profile."""

    name: str
    args: tuple[Any, ...] = ()  # of the factory; {"$import": …} is the object
    options: dict[str, Any] = field(default_factory=dict)
    config: Any = None  # create_app(…, config=)
    arguments: dict[str, Any] = field(default_factory=dict)  # create_app(…, arguments=)
    env: dict[str, str] = field(default_factory=dict)  # {folder} is the test's own
    files: dict[str, str] = field(default_factory=dict)  # below that folder
    conversation: tuple[dict[str, Any], ...] = ()
    skipped: frozenset[str] = frozenset()  # the extension steps that do not run


def build_orders(
    factory: str, profile: str, variants: tuple[Variant, ...], folder: Path
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return what `tests.support.building` takes: for the factory, and for the profile."""
    by_hand, by_profile = [], []
    for variant in variants:
        shared = {
            "env": {name: text.format(folder=folder) for name, text in variant.env.items()},
            "conversation": list(variant.conversation),
        }
        by_hand.append(
            {"factory": factory, "args": variant.args, "with": variant.options, **shared}
        )
        passed = {"config": variant.config, "arguments": variant.arguments}
        by_profile.append({"profile": f"profiles/{profile}", **passed, **shared})
    return by_hand, by_profile


def _ask(*requests: str, **options: Any) -> tuple[dict[str, Any], ...]:  # noqa: ANN401 - Werkzeug's options
    return tuple({"request": request, **options} for request in requests)


def _run(*commands: str) -> tuple[dict[str, Any], ...]:
    return tuple({"command": command.split()} for command in commands)


ANN = {"name": "ann", "password": "swordfish"}
BLOG = (
    *_run("init-db", "init-db --no-such-option", "no-such-command"),
    *_ask("GET /hello", "GET /", "GET /posts/1", "POST /hello", "GET /hello/"),
    *_ask("POST /auth/register", "POST /auth/register", "POST /auth/login", data=ANN),
    *_ask("POST /auth/login", data={"name": "ann", "password": "cod"}),
    *_ask("POST /posts", data={"title": "One", "body": "the first"}),
    *_ask("POST /posts", data={"title": "Two"}),
    *_ask("GET /", "GET /posts/2", "POST /auth/logout", "POST /posts", "GET /assets/site.css"),
)
TRACED = {"X-Request-ID": "r1"}
PREFLIGHT = {"Origin": "https://shop.example", "Access-Control-Request-Method": "GET"}
API = (
    *_ask("GET /health", "GET /health/", "GET /nowhere", "PUT /v1/things/", headers=TRACED),
    *_ask("GET /v1/things/", "GET /v1/things", headers={**TRACED, "Accept-Encoding": "gzip"}),
    *_ask("OPTIONS /v1/things/", headers={**TRACED, **PREFLIGHT}),
    *_ask("GET /v1/things/", headers={**TRACED, "Origin": "https://shop.example"}),
    *_ask("GET /v1/things/", headers={**TRACED, "Origin": "https://elsewhere.example"}),
    *_ask("POST /v1/things/colour", json={"name": "beige"}, headers=TRACED),
    *_ask("POST /v1/things/colour", json={"name": "red"}, headers=TRACED),
    *_ask("POST /v1/things/colour", json={}, headers=TRACED),
    *_ask("POST /v1/things/colour", data="x" * 70_000, headers=TRACED),
    *_ask("GET /health", headers=TRACED),
)
SHOP = (
    *_ask("GET /", "GET /_debug/rules", "GET /nowhere"),
    {"call": "shopfront:db.create_all"},
    *_run("warehouse add Soap 250 --amount 3", "warehouse count", "stock count"),
    *_ask("GET /", "GET /articles/1", "GET /articles/9", "GET /api/v1/articles"),
    *_ask("GET /api/latest/articles", "GET /account/", "GET /account/log-in"),
    *_ask("POST /account/log-in", data={"name": "cy"}),
    *_ask("GET https://localhost/", "GET https://localhost/api/v1/articles"),
)
NOTES = (
    *_ask("POST /notes/home", data={"text": "shout: milk"}),
    *_ask("POST /notes/home", data={"text": "bread"}),
    *_ask("POST /notes/home", data={"text": "salt"}),
    *_ask("POST /notes/home", data={"text": "x" * 201}),
    *_ask("GET /notes/home", "GET /notes/work", "GET /notes/garden", "PUT /notes/home"),
    *_run("purge --category work", "clean", "clean --help"),
)
READER = {"address": "a@x.example"}
LETTERS = (
    *_ask("POST /newsletter/", "POST /offers/", "POST /subscribe", data=READER),
    *_ask("GET /subscribe", "POST /newsletter/", "GET /offers/clients"),
    *_ask("GET /newsletter/clients", headers={"Origin": "https://y.example"}),
    *_ask("OPTIONS /newsletter/clients", headers=PREFLIGHT),
)
# Without a test's flag a task would go to the broker, which the answers must not wait for.
LETTERS_READ = tuple(step for step in LETTERS if not step["request"].startswith("POST"))
WIKI = (
    *_ask("GET /fr/Bread", "GET /en/Ash", "GET /de/Oven", "GET /en/Nothing", "GET /feed/"),
    *_ask("GET /about-typography", "GET /search?text=OVEN", "GET /search?text=ov"),
    *_ask("GET /history/Bread", "GET /history/Nothing", "GET /theme/wiki.css", "GET /static/x"),
)
OPS = (
    *_ask("GET /checks/queue", "GET /checks/disk", "GET /checks/none", "GET /checks/NONE"),
    *_ask("GET /areas/north/", "GET /areas/south/", "GET /files/up.txt", "GET /nowhere"),
    *_ask("GET /metrics", "GET /metrics/x", headers={"X-Forwarded-Prefix": "/inner"}),
    *_run("checks list", "checks"),
)
TENANT = {"TENANT": "Ash & Oak", "DESK_LINES": {"support": 1}}
DESK = (
    *_ask("GET /desk/", "GET /", "GET /desk/messages"),
    *_ask("POST /desk/messages", data="x" * 1000),
    *_ask("POST /desk/messages", data="x" * 1025),
)
BEARER = {"Authorization": "Bearer t1"}
ORDER = {"item": "pen", "list_price_cents": 100}
BIG = (
    *_run("create-account dee t1", "count-accounts", "db --help"),
    *_ask("POST /v1/orders", json=ORDER),
    *_ask("POST /v1/orders", json=ORDER, headers=BEARER),
    *_ask("GET /v1/orders", headers={**BEARER, "Origin": "https://z.example"}),
    *_ask("GET /console/api/overview"),
    *_ask("POST /console/api/login", json={"token": "t2"}),
    *_ask("POST /console/api/login", json={"token": "t1"}),
    *_ask("GET /console/api/overview", "GET /openapi.json", "GET /health", "GET /db-pool"),
    *_ask("GET /v1/orders/schema", headers={"Accept-Encoding": "gzip"}),
    *_ask("GET /", headers={"X-Forwarded-For": "192.0.2.7", "X-Forwarded-Port": "81"}),
)
OFFICE = (*_ask("GET /office/", "GET /office/parts", "GET /office"), *_run("welcome", "greet"))
EAST = {"branch": "east", "hall": "annex"}
OFF = frozenset({"big28.ext_sentry", "big28.ext_otel", "big28.ext_enterprise_telemetry"})
STORED = {"BIG28_STORAGE_PATH": "{folder}/storage"}
ALL_SWITCHED = {
    **STORED,
    "BIG28_COMPRESSION": "off",
    "BIG28_ENTERPRISE": "1",
    "BIG28_MIGRATIONS": "0",
    "BIG28_OTEL": "yes",
    "BIG28_SENTRY_DSN": "https://sentry.example/1",
    "BIG28_REQUEST_LOGGING": "false",
    "BIG28_RESPECT_FORWARDED_HEADERS": "false",
    "BIG28_VERSION": '"3.0"',
}
OPS_ALL = {"OPS_DEPTH__queue": "7", "OPS_TITLE": "night shift", "OPS_BEHIND_PROXY": "1"}
BLOG_CONFIG = "POSTS_PER_PAGE = 1\nSECRET_KEY = 'of the instance'\n"
SHORT_PAGES = {"$import": "notes_classconf.configuration:ShortPages"}
LOUD = {"WIKI_NAME": "Loud", "WIKI_LANGUAGE": "de"}
DEVELOPMENT, PRODUCTION, TESTING = (
    f"shopfront.configuration:{name}.init_app" for name in ("Development", "Production", "Testing")
)
REDIRECT = "shopfront.redirecting:SecureRedirect"
DEBUGGING = "shopfront.debugging:bp"

# By factory and profile: the variants, made one after the other in one process.
VARIANTS: dict[tuple[str, str], tuple[Variant, ...]] = {
    ("tutorial_blog:create_app", "tutorial_blog.yaml"): (
        Variant(
            "no config file",
            env={"TUTORIAL_BLOG_INSTANCE": "{folder}/plain"},
            conversation=BLOG,
        ),
        Variant(
            "a config file, and a caller",
            args=({"POSTS_PER_PAGE": 2},),
            config={"POSTS_PER_PAGE": 2},
            env={"TUTORIAL_BLOG_INSTANCE": "{folder}/layered"},
            files={"layered/config.py": BLOG_CONFIG},
            conversation=BLOG,
        ),
    ),
    ("api_only.factory:create_app", "api_only.yaml"): (
        Variant("plain", conversation=API),
        Variant(
            "another module",
            args=("api_only.testing_settings",),
            config="api_only.testing_settings",
            conversation=API,
        ),
    ),
    ("shopfront:create_app", "shopfront.yaml"): (
        Variant(
            "default",
            conversation=SHOP,
            skipped=frozenset({TESTING, PRODUCTION, REDIRECT, DEBUGGING}),
        ),
        Variant(
            "testing",
            args=("testing",),
            config="testing",
            conversation=SHOP,
            skipped=frozenset({DEVELOPMENT, PRODUCTION, REDIRECT}),
        ),
        Variant(
            "production",
            args=("production",),
            config="production",
            conversation=SHOP,
            skipped=frozenset({DEVELOPMENT, TESTING, DEBUGGING}),
        ),
    ),
    ("notes_classconf.factory:create_app", "notes_classconf.yaml"): (
        Variant("plain", conversation=NOTES),
        Variant("another class", args=(SHORT_PAGES,), config=SHORT_PAGES, conversation=NOTES),
    ),
    ("celery_mail.factory:create_app", "celery_mail.yaml"): (
        Variant("plain", conversation=LETTERS_READ),
        Variant(
            "testing",
            options={"testing": True},
            config="testing",
            conversation=LETTERS,
            skipped=frozenset({"celery_mail.subscribing:forbid_caching"}),
        ),
    ),
    ("plugin_wiki.factory:create_app", "plugin_wiki.yaml"): (
        Variant("plain", conversation=WIKI),
        Variant("the caller's mapping", args=(LOUD,), config=LOUD, conversation=WIKI),
    ),
    ("ops_console.factory:create_app", "ops_console.yaml"): (
        Variant("no variables", conversation=OPS, skipped=frozenset({"proxy_fix"})),
        Variant("all variables", env=OPS_ALL, conversation=OPS),
    ),
    ("tenant_desk.factory:create_app", "tenant_desk.yaml"): (
        Variant("a tenant", args=(TENANT,), config=TENANT, conversation=DESK),
        Variant("another", args=({"TENANT": "Elm"},), config={"TENANT": "Elm"}, conversation=DESK),
    ),
    ("branch_office.factory:create_app", "branch_office.yaml"): (
        Variant("a branch", args=("west",), arguments={"branch": "west"}, conversation=OFFICE),
        Variant("a hall, too", options=EAST, arguments=EAST, conversation=OFFICE),
    ),
    ("big28.factory:create_app", "big28_web.yaml"): (
        Variant("no variables", env=STORED, conversation=BIG, skipped=OFF),
        Variant(
            "all variables",
            env=ALL_SWITCHED,
            conversation=BIG,
            skipped=frozenset({"big28.ext_compress", "big28.ext_migrate"}),
        ),
    ),
    ("big28.factory:create_migrations_app", "big28_migrations.yaml"): (
        Variant("plain", conversation=(*_run("db --help"), *_ask("GET /", "GET /health"))),
    ),
}
