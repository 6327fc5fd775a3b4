"""Carry a profile's patches out once in a process, and prove each of them live."""

from __future__ import annotations

import sys
import threading
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import TYPE_CHECKING, Literal

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Diagnostic, ProfileError
from assembler.diagnostics.failures import describe_failure
from assembler.patching.late import find_late_modules, render_late_modules
from assembler.report import PatchProof
from assembler.steps.patches import gevent, grpc, psycopg2

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assembler.diagnostics.diagnostic import Place
    from assembler.planning.patch_calls import PatchCall

__all__ = ["apply_patches", "find_traces"]

# What to install for a top-level module, where the distribution has another name.
DISTRIBUTIONS = {"grpc": "grpcio", "psycopg2": "psycopg2-binary"}


@dataclass(slots=True)
class _Ledger:
    """The patch list of this process: the first one applied, and its proofs."""

    applied: tuple[tuple[str, str], ...] | None = None
    proofs: list[PatchProof] = field(default_factory=list)


# The one piece of state that outlives an app: a patch changes the process and cannot be taken
# back, so what was done to the process must be known to every app that comes later.
_ledger = _Ledger()


def apply_patches(
    calls: Sequence[PatchCall],
    *,
    place: Place,
    mode: Literal["apply", "assume"] = "apply",
    found_by: str | None = None,
) -> list[PatchProof]:
    """Patch this process as ``calls`` say, or check that an earlier app already did.

    Args:
        calls: the patches that run, in order; checked by `assembler.planning.patch_calls`.
        place: where the profile says (or leaves out) its patches.
        mode: ``assume`` changes nothing and reports what is found.
        found_by: the server or worker whose process this is and whose task it is to patch the
            standard library, such as ``gunicorn -k gevent``; None: nobody's but ours.

    Raises:
        ProfileError: if the process cannot be as the profile says, or is not afterwards.
    """
    if mode == "assume":
        return [_assume(call) for call in calls]
    wanted = tuple(call.identity for call in calls)
    if _ledger.applied is None:
        _ledger.proofs = _apply_first(calls, place, found_by)
        _ledger.applied = wanted
    elif _ledger.applied != wanted:
        raise ProfileError([_differs(calls, place)])
    elif not calls:
        _refuse_traces(place)
    return list(_ledger.proofs)


def find_traces() -> list[str]:
    """Name what shows that this process is patched, whoever patched it; empty if nothing does."""
    traces = []
    if modules := gevent.find_patched_modules():
        traces.append(f"gevent has patched {', '.join(modules)}")
    traces += filter(None, (patch.PATCH.find_proof(None) for patch in (grpc, psycopg2)))
    return traces


def _apply_first(
    calls: Sequence[PatchCall], place: Place, found_by: str | None
) -> list[PatchProof]:
    if not calls:
        _refuse_traces(place)
        return []
    missing = [_misses(call, name) for call in calls for name in _find_missing_packages(call)]
    if missing:
        raise ProfileError(missing)
    return [_apply(call, found_by) for call in calls]


def _apply(call: PatchCall, found_by: str | None) -> PatchProof:
    by = "assembler"
    if call.patch is gevent.PATCH:
        by = _prepare_gevent(call, found_by) or by
    if by == "assembler":
        _run(call)
    proof = call.patch.find_proof(call.options)
    if proof is None:
        raise ProfileError([_not_live(call)])
    return PatchProof(call.patch.name, proof, by)


def _prepare_gevent(call: PatchCall, found_by: str | None) -> str | None:
    """Refuse what cannot go well; give who has patched already, or None if it is still to do."""
    is_patched = bool(gevent.find_patched_modules())
    by = found_by or ("an earlier call in this process" if is_patched else None)
    if by is not None:
        refused = _find_server_faults(call, by)
    elif threading.current_thread() is not threading.main_thread():
        refused = [_wrong_thread(call)]
    else:
        refused = []
    refused = refused or _find_late(call)
    if refused:
        raise ProfileError(refused)
    return by


def _find_server_faults(call: PatchCall, by: str) -> list[Diagnostic]:
    if missing := gevent.find_missing(call.options):
        return [_server_left_out(call, by, missing)]
    if unwanted := gevent.find_unwanted(call.options):
        return [_server_did_more(call, by, unwanted)]
    return []


def _run(call: PatchCall) -> None:
    try:
        call.patch.apply(call.options)
    except Exception as error:
        raise ProfileError([_failed(call, error)]) from error


def _assume(call: PatchCall) -> PatchProof:
    proof = call.patch.find_proof(call.options)
    return PatchProof(call.patch.name, proof or "not live (assumed)", by="assumed")


def _find_missing_packages(call: PatchCall) -> list[str]:
    return [
        name for name in call.patch.packages if name not in sys.modules and find_spec(name) is None
    ]


def _refuse_traces(place: Place) -> None:
    if traces := find_traces():
        message = f"the profile has no patches, and this process is patched: {'; '.join(traces)}"
        hint = "Run this profile in a process of its own, or give it the patches that are there."
        raise ProfileError([codes.PROCESS_IS_PATCHED.at(place, message, hint=hint)])


def _misses(call: PatchCall, package: str) -> Diagnostic:
    message = f"patch '{call.patch.name}' needs the package '{package}', which is not installed"
    hint = f"Run `pip install {DISTRIBUTIONS.get(package, package)}`."
    return codes.PACKAGE_MISSING.at(call.place, message, hint=hint)


def _differs(calls: Sequence[PatchCall], place: Place) -> Diagnostic:
    applied = _render_names([name for name, _ in _ledger.applied or ()])
    if not calls:
        message = f"the profile has no patches, and this process has {applied} of an earlier app"
        hint = "Run this profile in a process of its own, or give it the same patches."
        return codes.PROCESS_IS_PATCHED.at(place, message, hint=hint)
    wanted = _render_names([call.patch.name for call in calls])
    same_names = "with other options " if applied == wanted else ""
    message = (
        f"the profile wants {wanted}, and this process already has {applied} {same_names}"
        "of an earlier app"
    )
    hint = "Give all apps of one process the same patches, or run each in a process of its own."
    return codes.PATCH_LIST_DIFFERS.at(place, message, hint=hint)


def _render_names(names: list[str]) -> str:
    return "the patches " + ", ".join(f"'{name}'" for name in names) if names else "no patches"


def _not_live(call: PatchCall) -> Diagnostic:
    message = f"patch '{call.patch.name}' was applied, and nothing shows that it is live"
    hint = "Check that the installed version of its package is a supported one."
    return codes.PATCH_NOT_LIVE.at(call.place, message, hint=hint)


def _failed(call: PatchCall, error: Exception) -> Diagnostic:
    if call.patch is gevent.PATCH and isinstance(error, RuntimeWarning):
        message = f"patch '{call.patch.name}' comes too late, gevent says: {error}"
        hint = "Let the patches come before whatever gevent names."
        return codes.PATCH_TOO_LATE.at(call.place, message, hint=hint)
    failure = describe_failure(error)
    message = f"patch '{call.patch.name}' failed: {failure.text}"
    hint = "Mend what it says, or leave the patch out."
    return codes.PATCH_FAILED.at(call.place, message, hint=hint, related=failure.related)


def _wrong_thread(call: PatchCall) -> Diagnostic:
    name = threading.current_thread().name
    message = f"patch '{call.patch.name}' must be applied in the main thread, not in '{name}'"
    hint = "Build the app in the main thread, before other threads start."
    return codes.PATCH_TOO_LATE.at(call.place, message, hint=hint)


def _find_late(call: PatchCall) -> list[Diagnostic]:
    return [
        codes.PATCH_TOO_LATE.at(call.place, late.message, hint=late.hint, related=late.related)
        for late in render_late_modules(find_late_modules(call.options))
    ]


def _server_left_out(call: PatchCall, by: str, missing: list[str]) -> Diagnostic:
    left_out = ", ".join(missing) if gevent.find_patched_modules() else "the standard library"
    message = (
        f"patch '{call.patch.name}' is the task of {by} here, and it left {left_out} unpatched"
    )
    starter = "`celery worker -P gevent`" if "celery" in by else "`gunicorn -k gevent`"
    hint = f"Use `assembler run`, or start the process with {starter}."
    return codes.WORKER_NOT_PATCHED.at(call.place, message, hint=hint)


def _server_did_more(call: PatchCall, by: str, unwanted: list[str]) -> Diagnostic:
    message = (
        f"patch '{call.patch.name}' leaves out {', '.join(unwanted)}, "
        f"and {by} has patched it already"
    )
    hint = "Use `assembler run`, or leave these options at what the server does."
    return codes.PATCH_LIST_DIFFERS.at(call.place, message, hint=hint)
