"""Build the server's settings, as `run` does before it starts anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import ProfileError
from assembler.doctor.form import Check, Finding, Verdict, find_in_diagnostics
from assembler.runners.loading import Overrides, build_serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.doctor.form import Examined

__all__ = ["CHECK"]


def examine_server(examined: Examined) -> Iterator[Finding]:
    """Leave what is to be served for the checks below."""
    assert examined.loaded is not None
    if examined.loaded.plan.profile.role != "web":
        return
    overrides = Overrides(policy_file=examined.policy_file)
    try:
        serving = build_serving(examined.loaded, examined.profile, overrides)
    except ProfileError as error:
        # The check of packages has told of those that are missing.
        missing = codes.PACKAGE_MISSING.number
        yield from find_in_diagnostics(one for one in error.diagnostics if one.code != missing)
        return
    examined.serving = serving
    yield from find_in_diagnostics(serving.notices)
    workers = f", {examined.workers} workers" if serving.server == "gunicorn" else ""
    yield Finding(Verdict.OK, f"{serving.server}{workers}")


CHECK = Check(examine_server, needs="loaded")
