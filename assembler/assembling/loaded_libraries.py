"""Find libraries that were loaded while the app was assembled and would block the event loop."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from assembler.planning.missing_patch import build_missing_patch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.planning.plan import Plan

__all__ = ["find_missing_patches"]

# By patch: what the library is called, and its module in C.
LIBRARIES = {"grpc": ("gRPC", "grpc._cython.cygrpc"), "psycopg2": ("psycopg2", "psycopg2._psycopg")}


def find_missing_patches(plan: Plan) -> Iterator[Diagnostic]:
    """Yield a warning for each loaded library whose patch is not among those that run."""
    gevent = next((one.step for one in plan.live_patches if one.step.use == "gevent"), None)
    if gevent is None:
        return
    for patch, (library, module) in LIBRARIES.items():
        if patch not in plan.patch_names and module in sys.modules:
            yield build_missing_patch(gevent.place, patch, f"{library} is loaded")
