"""A profile is written as what it changes of another, or as it is."""

from __future__ import annotations

from typing import Any

import yaml

from assembler.adopting.actions import Action
from assembler.adopting.drafting import Draft
from assembler.adopting.overlaying import render_profiles


def _draft(*extensions: Action, role: str = "web", config: dict[str, Any] | None = None) -> Draft:
    app = Action("app", None, "shop.py", 1, options={"import_name": "shop"})
    values = (
        [Action("config", "values", "shop.py", 1, options=config)] if config is not None else []
    )
    return Draft(role, "", app, values, list(extensions))


def _step(use: str, *when: Any, **options: Any) -> Action:  # noqa: ANN401 - YAML holds anything
    step = Action("extension", use, "shop.py", 1, options=options)
    step.when = when[0] if when else True
    return step


def _write(**drafts: Draft) -> dict[str, Any]:
    found = render_profiles({f"{name.replace('_', '-')}.yaml": one for name, one in drafts.items()})
    return {name: yaml.safe_load(text) for name, text in found.items()}


def test_variant_says_what_it_changes() -> None:
    """Values, conditions, steps that are gone and new ones, each in one entry."""
    first, last = _step("shop:first"), _step("shop:last")
    web = _draft(first, _step("shop:mail", {"debug": True}, size=1), last, config={"A": 1, "B": 2})
    other = _draft(first, _step("shop:new"), _step("shop:mail", size=1), config={"A": {"x": 1}})

    found = _write(web=web, web_other=other)

    assert found["web-other.yaml"] == {
        "version": 1,
        "extends": "web.yaml",
        "config": [{"name": "values", "with": {"B": {"$unset": True}, "A": {"x": 1}}}],
        "extensions": [
            {"name": "shop:last", "when": False},
            {"use": "shop:new", "after": ["shop:first"]},
            {"name": "shop:mail", "when": True},
        ],
    }


def test_variant_in_another_order_is_a_copy() -> None:
    """An overlay does not move steps about; the first two are those of the plain call."""
    web = _draft(_step("shop:first"), _step("shop:second"), config={"A": 1})

    found = _write(web=web, web_other=_draft(*reversed(web.extensions), config={"A": 1}))

    assert "extends" not in found["web-other.yaml"]
    assert found["web-other.yaml"]["extensions"] == ["shop:second", "shop:first"]


def test_web_and_migrations_share_a_base() -> None:
    """The base cannot be run; what comes before its steps says so."""
    database, migrate = _step("database"), _step("migrate")
    web = _draft(_step("shop:first"), database, _step("shop:second"), migrate, _step("shop:last"))
    migrations = _draft(database, migrate, _step("imports", modules=["shop"]), role="migrations")

    found = _write(web=web, migrations=migrations)

    assert list(found) == ["base.yaml", "web.yaml", "migrations.yaml"]
    assert found["base.yaml"]["abstract"] is True
    assert found["base.yaml"]["extensions"] == ["database", "migrate"]
    assert found["web.yaml"]["extensions"] == [
        {"use": "shop:first", "before": ["database"]},
        {"use": "shop:second", "after": ["database"]},
        "shop:last",
    ]
    assert found["migrations.yaml"]["extends"] == "base.yaml"
    assert found["migrations.yaml"]["extensions"] == [
        {"use": "imports", "with": {"modules": ["shop"]}}
    ]
