"""Set the time zone of the process."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from pydantic import Field

from assembler.diagnostics.faults import StepFault
from assembler.steps.forms import CatalogStep, FrozenOptions
from assembler.steps.time_zones import find_zone

if TYPE_CHECKING:
    from datetime import tzinfo

    from assembler.steps.forms import StepContext

__all__ = ["STEP", "TimezoneOptions"]

VARIABLE = "TZ"
MONTHS = (1, 7)  # in summer and in winter, wherever


class TimezoneOptions(FrozenOptions):
    """The zone."""

    name: str = Field(
        "UTC", min_length=1, description="The zone's name, such as Europe/Oslo, or UTC."
    )


def apply_timezone(context: StepContext, options: TimezoneOptions) -> tzinfo:
    """Set TZ, also for processes that this one starts, and return the zone.

    It is the process's: of several apps the last one is in force. At the end it is as before.
    """
    import os

    zone = find_zone(options.name, "name")
    before = os.environ.get(VARIABLE)
    context.on_close(lambda: _set(before))
    _set(str(zone))
    if not _is_in_force(zone):
        _set(before)
        message = f'this machine knows no time zone "{options.name}"'
        hint = "Install its package of time zones, tzdata: Python's own is not enough."
        raise StepFault(message, hint=hint, option=("name",))
    return zone


def _set(name: str | None) -> None:
    import os
    import time

    if name is None:
        os.environ.pop(VARIABLE, None)
    else:
        os.environ[VARIABLE] = name
    time.tzset()


@cache  # a machine that knows the zone knows it for the next app, too
def _is_in_force(zone: tzinfo) -> bool:
    """Return whether local time is the zone's: the C library takes UTC for an unknown one."""
    from datetime import datetime

    moments = [datetime(2026, month, 1, tzinfo=zone) for month in MONTHS]
    return all(moment.astimezone(None).utcoffset() == moment.utcoffset() for moment in moments)


STEP = CatalogStep(
    name="timezone",
    group="app",
    summary="Set the time zone of the process.",
    options=TimezoneOptions,
    apply=apply_timezone,
    once=True,
)
