"""Do what `run` does before the app could answer, without binding to an address."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from assembler.assembling.create import apply_plan_patches, assemble
from assembler.diagnostics.diagnostic import ProfileError
from assembler.planning.loading import prepare_path
from assembler.runners.loading import Overrides, Serving, build_serving

if TYPE_CHECKING:
    from assembler.planning.loading import Loaded
    from assembler.trial.judging import Judge

__all__ = ["boot"]


def boot(loaded: Loaded, profile: str, judge: Judge) -> None:
    """Patch this process, assemble the app, and close it again.

    Raises:
        ProfileError: with what is wrong.
    """
    prepare_path(loaded.policy, Path.cwd())
    plan = loaded.plan
    serving = _try_server(loaded, profile, judge)
    judge.enter(plan.profile.place_of("patches"), "the patches were applied")
    patched = apply_plan_patches(loaded)
    if serving is not None:
        _check_files(serving, judge)
    judge.enter(plan.profile.app.place, "the app was made")
    app = assemble(loaded, patched, trial=judge)
    if serving is not None:
        source = app.extensions["assembler"].find_debug_source()
        serving.check_debug(debug=app.debug, source=source)
    judge.tell(done=True)
    with suppress(Exception):  # it has booted, and that was the question
        app.extensions["assembler"].close()


def _check_files(serving: Serving, judge: Judge) -> None:
    """Check the files that the server's settings name, once what reads them is patched."""
    judge.enter(serving.loaded.plan.profile.server.place, "the server's files were checked")
    try:
        serving.check_files()
    except ProfileError as error:
        judge.tell_failure(error)


def _try_server(loaded: Loaded, profile: str, judge: Judge) -> Serving | None:
    """Check the server's settings; the trial goes on where they are wrong."""
    spec = loaded.plan.profile.server
    if loaded.plan.profile.role != "web" and not spec.node.entries:
        return None
    judge.enter(spec.place, "the server's settings were checked")
    try:
        serving = build_serving(loaded, profile, Overrides())
        if serving.server == "gunicorn":
            from assembler.runners.gunicorn import check_start  # noqa: PLC0415 - it imports gunicorn

            check_start(serving)
    except ProfileError as error:
        judge.tell_failure(error)
        return None
    return serving
