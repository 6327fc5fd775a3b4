"""Show the app's routes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from assembler.console.shown import Page, Shown, TextQuery
from assembler.ledger.app_kinds import show_rule

if TYPE_CHECKING:
    from assembler.console.site import Site

__all__ = ["PAGE", "RoutesPage"]


class Route(Shown):
    """A route of the app."""

    rule: str
    methods: list[str]
    endpoint: str
    view: str | None = Field(description="What answers, as `module:name`.")
    step: str | None = Field(description="Who added it; null: nobody has looked (`ledger`).")
    host: str | None = Field(description="The host or subdomain that it is for.")


class RoutesPage(Shown):
    """The routes of the app, in the order in which they were added."""

    routes: list[Route]


def load_routes(site: Site, query: TextQuery) -> RoutesPage:
    """Read the app's map."""
    views = site.app.view_functions
    made_by = _find_makers(site)
    return RoutesPage(
        routes=query.choose(
            [
                Route(
                    rule=rule.rule,
                    methods=sorted(rule.methods or ()),
                    endpoint=str(rule.endpoint),
                    view=_name_view(views.get(rule.endpoint)),
                    step=made_by.get(show_rule("", rule)),
                    host=rule.host or rule.subdomain or None,
                )
                for rule in site.app.url_map.iter_rules()
            ]
        )
    )


def _find_makers(site: Site) -> dict[str, str]:
    """Return the name of the step that added each route, as far as somebody has looked."""
    steps = () if site.ledger is None else site.ledger.steps
    return {
        effect.key: step.name
        for step in steps
        for effect in step.effects
        if effect.kind == "route" and effect.change != "removed"
    }


def _name_view(view: object) -> str | None:
    if view is None:
        return None
    named = getattr(view, "view_class", view)
    name = getattr(named, "__qualname__", type(named).__qualname__)
    return f"{getattr(named, '__module__', type(named).__module__)}:{name}"


PAGE = Page(
    "routes", "Routes", "What the app answers, and where.", RoutesPage, load_routes, TextQuery
)
