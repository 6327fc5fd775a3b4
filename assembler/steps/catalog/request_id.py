"""Give each request an id: in every line of the log, and in the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from assembler.language.flags import Flag
from assembler.steps.forms import CatalogStep, FrozenOptions

if TYPE_CHECKING:
    from collections.abc import Callable

    from assembler.steps.forms import StepContext

__all__ = ["STEP", "RequestIdOptions"]


class RequestIdOptions(FrozenOptions):
    """Where the id is, and whose it is."""

    header: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]+$")] = Field(
        "X-Request-ID", description="The header of the answer, and of the request if it is trusted."
    )
    trust: Flag = Field(
        default=False,
        description="Whether the id of a request's header is taken over. Set it only behind a "
        "proxy that sets the header or removes it.",
    )


def apply_request_id(context: StepContext, options: RequestIdOptions) -> Callable[[], str | None]:
    """Put it around all steps; return what tells the id of the request that is being answered.

    Keeps that as ``app.extensions["request_id"]``.
    """
    from assembler.steps.request_ids import IdentifiedApp
    from assembler.steps.request_scope import ScopedApp, find_request_id

    app = context.app

    def identify(_report: object) -> None:
        inner = IdentifiedApp(app.wsgi_app, options.header, trusts=options.trust)
        app.wsgi_app = ScopedApp(inner)  # type: ignore[method-assign]  # as Flask documents it

    context.on_assembled(identify)
    app.extensions["request_id"] = find_request_id
    return find_request_id


STEP = CatalogStep(
    name="request_id",
    group="requests",
    summary="Give each request an id, in every line of the log and in the answer.",
    options=RequestIdOptions,
    apply=apply_request_id,
    once=True,
)
