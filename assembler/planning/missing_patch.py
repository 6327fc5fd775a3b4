"""Word the warning of a library that blocks gevent's event loop, as its patch is not applied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics import codes

if TYPE_CHECKING:
    from assembler.diagnostics.diagnostic import Diagnostic, Place, Related

__all__ = ["build_missing_patch"]


def build_missing_patch(
    place: Place, patch: str, used: str, related: tuple[Related, ...] = ()
) -> Diagnostic:
    """Build the warning.

    Args:
        place: The patch ``gevent``.
        patch: The patch that is missing.
        used: What shows that it is needed, as "gRPC is used".
        related: Where that shows.
    """
    return codes.PATCH_MISSING.at(
        place,
        f"{used}, and would block the event loop: the patch '{patch}' is not applied",
        hint=f"Add `- {patch}` to `patches`, after `gevent`.",
        related=related,
    )
