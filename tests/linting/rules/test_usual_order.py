"""Test that steps in an unusual order are found, and that the order may be meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.linting import lint_files, lint_profile

if TYPE_CHECKING:
    from pathlib import Path

RULE = "usual-order"
SQLALCHEMY = "flask_sqlalchemy:SQLAlchemy"
BANNER = "use: 'shop.banner:add_banner', as: after_request"


def build(*steps: str) -> str:
    """Return a profile with these extension steps."""
    return "version: 1\nextensions:\n" + "".join(f"  - {{{step}}}\n" for step in steps)


@pytest.mark.parametrize(
    ("first", "second", "names"),
    [
        (BANNER, "use: compress", ("compress", "shop.banner:add_banner")),
        (f"{BANNER}, name: banner", "use: compress", ("compress", "banner")),
        (f"{BANNER}, name: b, when: {{$config: B}}", "use: compress", ("compress", "b")),
        ("use: 'flask_marshmallow:Marshmallow'", "use: database", ("database", None)),
        ("use: 'flask_migrate:Migrate', name: m", "use: database", ("database", "m")),
        ("use: 'flask_security:Security'", "use: database", ("database", None)),
        ("use: shop.ext_celery", "use: shop.ext_redis", ("shop.ext_redis", "shop.ext_celery")),
        ("use: shop.celery", "use: 'shop.redis:redis'", ("shop.redis:redis", "shop.celery")),
        ("use: 'shop:tasks', name: celery", "use: 'shop:kv', name: redis", ("redis", "celery")),
        ("use: shop.ext_logstore", "use: shop.ext_storage", ("shop.ext_storage", None)),
        ("use: shop.ext_celery", "use: shop.ext_logstore", ("shop.ext_logstore", None)),
        ("use: shop.ext_celery", "use: shop.ext_storage", ("shop.ext_storage", None)),
        ("use: 'flask_limiter:Limiter'", "use: shop.cors", ("shop.cors", None)),
        ("use: shop.ext_sentry", "use: logging", ("logging", "shop.ext_sentry")),
        ("use: shop.ext_otel", "use: database", ("database", "shop.ext_otel")),
        ("use: 'flask_login:LoginManager'", "use: secret_key", ("secret_key", None)),
        ("use: logging", "use: shop.ext_timezone", ("shop.ext_timezone", "logging")),
        (BANNER, "use: shop.ext_compress", ("shop.ext_compress", "shop.banner:add_banner")),
        ("use: migrate", "use: shop.ext_database", ("shop.ext_database", "migrate")),
        ("use: 'flask_migrate:Migrate'", "use: 'flask_sqlalchemy:SQLAlchemy'", (SQLALCHEMY, None)),
    ],
)
def test_an_unusual_order_is_found(
    tmp_path: Path, first: str, second: str, names: tuple[str, str | None]
) -> None:
    """What the catalogue says of itself, and what names of the project's steps tell."""
    later, earlier = names
    earlier = earlier or first.removeprefix("use: ").strip("'")
    message = f"4:11 '{later}' usually comes before '{earlier}'"
    assert lint_profile(tmp_path, build(first, second), RULE) == [message]
    assert lint_profile(tmp_path, build(second, first), RULE) == []


def test_a_step_is_reported_once_with_the_first_that_it_follows(tmp_path: Path) -> None:
    """The hint says how an order that is meant is said."""
    text = build(f"{BANNER}, name: a", f"{BANNER}, name: b", "use: compress")
    (found,) = lint_files(tmp_path, {"web.yaml": text}, RULE)
    assert found.severity == "warning"
    assert found.hint == "Move it, or set `after: [a]` in it if the order is intended."
    assert [str(one.place) for one in found.related] == ["web.yaml:3:11"]


@pytest.mark.parametrize(
    "steps",
    [
        (BANNER, "use: compress, after: ['shop.banner:add_banner']"),
        (f"{BANNER}, before: [compress]", "use: compress"),
        (BANNER, "use: compress, when: false"),
        (f"{BANNER}, when: {{installed: no_such_package}}", "use: compress"),
        ("use: 'shop.banner:add_banner', as: before_request", "use: compress"),
        ("use: 'flask_login:LoginManager'", "use: database"),
        ("use: shop.ext_celery", "use: shop.redis_pages"),
        ("use: shop.ext_celery", "use: 'shop.web:redis'"),
        ("use: shop.ext_redis", "use: shop.ext_redis, name: again"),
        ("use: logging", "use: 'shop:set_timezone'"),
        ("use: migrate", "use: database"),  # an error: planning reports it
    ],
)
def test_an_order_that_is_meant_or_not_known_is_left_alone(
    tmp_path: Path, steps: tuple[str, ...]
) -> None:
    """`before` and `after` say that it is; another name, or another hook, says nothing."""
    assert lint_profile(tmp_path, build(*steps), RULE) == []


@pytest.mark.parametrize("as_", ["", ", as: blueprint"])
def test_a_blueprint_may_stand_anywhere(tmp_path: Path, as_: str) -> None:
    """It answers requests: its module is called after its pages, not after what others need."""
    pages = "from flask import Blueprint\nblueprint = Blueprint('{0}', __name__)\n"
    files = {
        "shop/__init__.py": "",
        "shop/storage.py": pages.format("storage"),
        "shop/celery.py": pages.format("celery"),
        "web.yaml": build(
            "use: shop.ext_celery",
            f"use: 'shop.storage:blueprint'{as_}",
            f"use: 'shop.celery:blueprint'{as_}",
        ),
        "api.yaml": build(f"use: 'shop.celery:blueprint'{as_}", "use: shop.ext_redis"),
    }
    assert lint_files(tmp_path, files, RULE) == []
