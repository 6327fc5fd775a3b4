"""Answer whether the process is alive, and whether it is ready for requests."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from pydantic import Field

from assembler.steps.forms import CatalogStep, Options
from assembler.steps.own_routes import UrlPrefix, check_routes_free

if TYPE_CHECKING:
    from flask import Flask

    from assembler.database.state import DatabaseState
    from assembler.steps.forms import StepContext

__all__ = ["STEP", "HealthOptions"]

# A question that hangs is asked again after this long, however long a request waits.
GIVE_UP_SECONDS = 30.0


class HealthOptions(Options):
    """Where the routes are, and how long they wait."""

    url_prefix: UrlPrefix = Field(
        "/health", description="The path below which `/live` and `/ready` are."
    )
    timeout_seconds: float = Field(
        2.0, gt=0, le=60, description="How long to wait for the database before it counts as away."
    )


def apply_health(context: StepContext, options: HealthOptions) -> None:
    """Add both routes; the database is asked at each request for ``/ready``, not now."""
    from assembler.steps.health_views import DatabaseProbe, HealthAnswers, add_health_routes

    app, prefix = context.app, options.url_prefix
    check_routes_free(app, (f"{prefix}/live", f"{prefix}/ready"), "url_prefix")
    probe = DatabaseProbe(partial(_find_state, app), options.timeout_seconds)
    add_health_routes(app, HealthAnswers(context.report, probe), prefix)


def _find_state(app: Flask) -> DatabaseState:
    from assembler.database.state import (  # loads SQLAlchemy
        DatabaseState,
        DatabaseStatus,
        find_database_state,
    )

    try:
        return find_database_state(app, timeout_seconds=GIVE_UP_SECONDS)
    except Exception as error:  # noqa: BLE001 - of the app's own code, at the end of its context
        detail = f"{type(error).__name__}: {error}"
        return DatabaseState(DatabaseStatus.AWAY, detail=detail)


STEP = CatalogStep(
    name="health",
    summary="Answer `/health/live` and `/health/ready`.",
    options=HealthOptions,
    apply=apply_health,
    once=True,
)
