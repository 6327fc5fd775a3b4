"""Assemble the app that a runner serves, in the process that serves it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.assembling.create import assemble
from assembler.runners.garbage import collect_as_usual

if TYPE_CHECKING:
    from flask import Flask

    from assembler.report import PatchProof
    from assembler.runners.loading import Serving

__all__ = ["assemble_serving"]


def assemble_serving(serving: Serving, proofs: list[PatchProof]) -> Flask:
    """Assemble the app, and look again at its debug flag, which config may have set.

    Raises:
        ProfileError: with what is wrong; what was opened until then is closed again.
    """
    app = assemble(serving.loaded, proofs)
    collect_as_usual()
    try:
        serving.check_debug(debug=app.debug)
    except BaseException:
        app.extensions["assembler"].close()
        raise
    return app
