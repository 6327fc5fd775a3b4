"""Log who changed what: a step for the profiles of assembler."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import Field

from assembler.steps import CatalogStep, Options, ReferredObject, StepContext, StepFault

if TYPE_CHECKING:
    from flask import Response

__all__ = ["STEP", "Audit", "AuditOptions"]


class AuditOptions(Options):
    """Which requests are logged, and where."""

    logger: str = Field("audit", min_length=1, description="The name of the logger.")
    methods: list[str] = Field(
        ["POST", "PUT", "PATCH", "DELETE"], description="Methods of the requests to log."
    )
    find_user: ReferredObject = Field(
        None,
        description="A callable, as {$import: …}, that returns who asks; default: nobody is named.",
    )


@dataclass
class Audit:
    """What the app keeps: ``app.extensions["audit"]`` and ``{$step: audit}``."""

    options: AuditOptions
    logger: logging.Logger

    def log_request(self, response: Response) -> Response:
        """Log a request that may have changed something."""
        from flask import request

        if request.method in self.options.methods:
            user = self.options.find_user() if self.options.find_user else "somebody"
            self.logger.info(
                "%s: %s %s, %s", user, request.method, request.path, response.status_code
            )
        return response


def apply_audit(context: StepContext, options: AuditOptions) -> Audit:
    """Log the requests of the app."""
    find_user: Any = options.find_user
    if find_user is not None and not callable(find_user):
        message = f"expected a callable, got {type(find_user).__name__}"
        hint = "Name a function that returns the user's name."
        raise StepFault(message, hint=hint, option=("find_user",))
    audit = Audit(options, logging.getLogger(options.logger))
    context.app.after_request(audit.log_request)
    context.app.extensions["audit"] = audit
    return audit


STEP = CatalogStep(
    name="audit",
    group="observability",
    summary="Log the requests that may change something.",
    options=AuditOptions,
    apply=apply_audit,
    after=("logging",),
    once=True,
)
