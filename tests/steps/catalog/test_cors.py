"""The catalogue step `cors`: what a browser is told, header by header."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from flask import Blueprint, Flask, abort
from flask_cors import cross_origin
from pydantic import ValidationError

from assembler.steps.catalog.cors import CorsOptions
from tests.support.step_context import StepBench, apply_step

if TYPE_CHECKING:
    from pathlib import Path

SHOP, PARTNER, STRANGER = (
    "https://shop.example.org",
    "https://partner.example.org",
    "https://evil.example",
)


@pytest.fixture
def context(tmp_path: Path) -> StepBench:
    """Return the context of a step on an app with an API, a page and a blueprint."""
    app = Flask(__name__)
    app.add_url_rule("/api/orders", "orders", lambda: "orders", methods=["GET", "PUT"])
    app.add_url_rule("/page", "page", lambda: "page")
    app.add_url_rule("/fail", "fail", lambda: str(1 // 0))
    partners = Blueprint("partners", __name__, url_prefix="/partners")
    partners.add_url_rule("/", "list", lambda: "partners")
    partners.add_url_rule("/refused", "refused", lambda: abort(403))
    app.register_blueprint(partners)
    return StepBench(app, tmp_path)


def ask(context: StepBench, path: str, origin: str, method: str = "GET") -> dict[str, str]:
    """Ask as a page of ``origin``; return what the answer tells its browser."""
    answer = context.app.test_client().open(path, method=method, headers={"Origin": origin})
    return pick(dict(answer.headers))


def ask_first(context: StepBench, path: str, origin: str, method: str = "GET") -> dict[str, str]:
    """Send what a browser sends before it lets a page of ``origin`` ask."""
    answer = context.app.test_client().options(
        path,
        headers={
            "Origin": origin,
            "Access-Control-Request-Method": method,
            "Access-Control-Request-Headers": "content-type, x-shop",
        },
    )
    assert answer.status_code == 200
    return pick(dict(answer.headers))


def pick(headers: dict[str, str]) -> dict[str, str]:
    """Keep what belongs to CORS, by its short name."""
    return {
        name.removeprefix("Access-Control-"): value
        for name, value in headers.items()
        if name.startswith("Access-Control-") or name == "Vary"
    }


def test_a_preflight_is_answered_header_by_header(context: StepBench) -> None:
    """The request that follows is as well."""
    apply_step(
        context,
        "cors",
        origins=[SHOP],
        methods=["GET", "PUT"],
        allow_headers=["Content-Type", "X-Shop"],
        expose_headers=["X-Total"],
        supports_credentials="yes",
        max_age_seconds=600,
    )

    assert ask_first(context, "/api/orders", SHOP, "PUT") == {
        "Allow-Origin": SHOP,
        "Allow-Credentials": "true",
        "Allow-Methods": "GET, PUT",
        "Allow-Headers": "content-type, x-shop",
        "Expose-Headers": "X-Total",
        "Max-Age": "600",
    }
    assert ask(context, "/api/orders", SHOP, "PUT") == {
        "Allow-Origin": SHOP,
        "Allow-Credentials": "true",
        "Expose-Headers": "X-Total",
    }
    assert "Allow-Methods" not in ask_first(context, "/api/orders", SHOP, "DELETE")
    assert ask_first(context, "/api/orders", STRANGER, "PUT") == {}


def test_resources_have_rules_of_their_own(context: StepBench) -> None:
    """They fall back on those of the step; a path that none fits has none."""
    apply_step(
        context,
        "cors",
        origins=SHOP,
        max_age_seconds=5,
        resources={"/api/": {"supports_credentials": True}, "/api/orders": {"origins": [PARTNER]}},
    )
    context.app.add_url_rule("/api/shops", "shops", lambda: "shops")

    assert ask(context, "/api/shops", SHOP) == {"Allow-Origin": SHOP, "Allow-Credentials": "true"}
    assert ask(context, "/api/orders", PARTNER) == {"Allow-Origin": PARTNER}
    assert ask_first(context, "/api/orders", PARTNER)["Max-Age"] == "5"
    assert ask(context, "/api/orders", SHOP) == {}
    assert ask(context, "/page", SHOP) == {}


def test_a_blueprint_has_rules_of_its_own(context: StepBench) -> None:
    """They count in place of the app's, in its errors and for whom they refuse as well."""
    apply_step(context, "cors", origins="*", blueprints={"partners": {"origins": [PARTNER]}})

    for path in ("/partners/", "/partners/refused"):
        assert ask(context, path, PARTNER) == {"Allow-Origin": PARTNER}
        assert ask(context, path, SHOP) == {}
        assert ask_first(context, path, PARTNER)["Allow-Origin"] == PARTNER
        assert ask_first(context, path, SHOP) == {}
    assert ask(context, "/page", SHOP)["Allow-Origin"] == SHOP


def test_a_blueprint_that_comes_later_has_them_too(context: StepBench) -> None:
    """The step is written before the blueprints, and may be written after them."""
    apply_step(context, "cors", origins=SHOP, blueprints={"later": {"origins": PARTNER}})
    later = Blueprint("later", __name__)
    later.add_url_rule("/later", "page", lambda: "later")
    context.app.register_blueprint(later)

    assert ask(context, "/later", PARTNER) == {"Allow-Origin": PARTNER}


def test_rules_of_an_unknown_blueprint_are_noted(context: StepBench) -> None:
    """They are in force for nothing."""
    apply_step(context, "cors", blueprints={"partners": {}, "partnres": {}})
    context.finish()

    assert context.report.notes == [
        "cors: no blueprint is called 'partnres', so that its rules are not in force"
    ]


@pytest.mark.parametrize(
    ("pattern", "origin", "is_allowed"),
    [
        (r"https://.*\.example\.org", SHOP, True),
        (r"https://.*\.example\.org", "HTTPS://SHOP.EXAMPLE.ORG", True),
        (r"https://.*\.example\.org", "https://shop.example.org.evil.example", False),
        (r"https://(shop|partner)\.example\.org|https://x", STRANGER, False),
        (SHOP, "https://shop.example.org.evil.example", False),
    ],
)
def test_a_pattern_is_for_the_whole_origin(
    context: StepBench, pattern: str, origin: str, *, is_allowed: bool
) -> None:
    """Whose start is anybody's to choose."""
    apply_step(context, "cors", origins=[pattern])

    assert ("Allow-Origin" in ask(context, "/page", origin)) is is_allowed


def test_errors_tell_the_browser_too(context: StepBench) -> None:
    """Or its script would never see the status; each header once."""
    apply_step(context, "cors", origins=[SHOP])
    client = context.app.test_client()

    for path, status in (("/partners/refused", 403), ("/nothing", 404), ("/fail", 500)):
        answer = client.get(path, headers={"Origin": SHOP})
        assert answer.status_code == status
        assert answer.headers.getlist("Access-Control-Allow-Origin") == [SHOP]


def test_a_view_s_own_rules_count(context: StepBench) -> None:
    """Flask-CORS's decorator stays what it is."""
    apply_step(context, "cors", origins=[SHOP])
    view = cross_origin(origins=[PARTNER])(lambda: "own")
    context.app.add_url_rule("/own", "own", view)

    assert ask(context, "/own", PARTNER) == {"Allow-Origin": PARTNER}
    assert ask(context, "/own", SHOP) == {}


def test_what_is_left_out_comes_from_the_config(context: StepBench) -> None:
    """And the step wins, in a blueprint too."""
    context.app.config.update(CORS_ORIGINS=[SHOP], CORS_MAX_AGE=7)
    apply_step(context, "cors", max_age_seconds=9, blueprints={"partners": {}})

    assert ask_first(context, "/page", SHOP)["Max-Age"] == "9"
    assert ask_first(context, "/partners/", SHOP)["Max-Age"] == "9"
    assert ask(context, "/page", STRANGER) == {}


@pytest.mark.parametrize(
    "options",
    [
        {"origins": "https://(shop"},
        {"resources": {"/api/(": {}}},
        {"resources": {}},
        {"methods": []},
        {"max_age_seconds": -1},
        {"blueprints": {"partners": {"origin": "*"}}},
    ],
)
def test_wrong_options_are_refused(options: dict[str, object]) -> None:
    """When the profile is linted."""
    with pytest.raises(ValidationError):
        CorsOptions.model_validate(options)
