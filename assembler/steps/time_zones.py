"""Find the time zone that an option names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.faults import StepFault
from assembler.diagnostics.suggestion import render_suggestion

if TYPE_CHECKING:
    from datetime import tzinfo

__all__ = ["find_zone"]


def find_zone(name: str, option: str) -> tzinfo:
    """Find the time zone called ``name``; UTC works without the machine's list as well.

    Raises:
        StepFault: at ``option``, if there is none.
    """
    from datetime import UTC  # noqa: PLC0415 - only who names a zone pays for it
    from zoneinfo import ZoneInfo, available_timezones  # noqa: PLC0415 - as above

    if name.upper() == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        message = f'unknown time zone "{name}"'
        hint = render_suggestion(
            name, available_timezones(), "Use one such as Europe/Oslo, or UTC."
        )
        raise StepFault(message, hint=hint, option=(option,)) from error
