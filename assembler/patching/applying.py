"""Carry a profile's patches out once in a process, and prove each of them live."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import TYPE_CHECKING

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import ProfileError
from assembler.diagnostics.failures import describe_failure
from assembler.diagnostics.faults import StepFault
from assembler.patching.late import find_late_modules, render_late_modules
from assembler.report import PatchProof
from assembler.steps.patches import TABLE, get_patch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from assembler.diagnostics.diagnostic import Diagnostic, Place
    from assembler.planning.patch_calls import PatchCall
    from assembler.report import PatchesMode

__all__ = ["apply_patches", "find_traces"]

# What to install for a top-level module, where the distribution has another name.
DISTRIBUTIONS = {"grpc": "grpcio", "psycopg2": "psycopg2-binary"}


@dataclass(slots=True)
class _Ledger:
    """The patch list of this process: the first one applied, and its proofs."""

    applied: tuple[tuple[str, str], ...] | None = None
    proofs: list[PatchProof] = field(default_factory=list)


# The one piece of state that outlives an app: a patch changes the process and cannot be taken
# back, so every later app must know what was done.
_ledger = _Ledger()


def apply_patches(
    calls: Sequence[PatchCall],
    *,
    find_place: Callable[[], Place],
    mode: PatchesMode = "apply",
    found_by: str | None = None,
    tell: Callable[[PatchCall], object] | None = None,
) -> list[PatchProof]:
    """Patch this process as ``calls`` say, or check that an earlier app already did.

    Args:
        calls: The patches that run, in order; checked by `assembler.planning.patch_calls`.
        find_place: Returns where the profile has (or leaves out) its patches.
        mode: ``assume`` changes nothing and reports what is found.
        found_by: The server or worker whose process this is and whose task it is to patch the
            standard library, such as ``gunicorn -k gevent``; ``None``: ours.
        tell: Called after each patch that is applied now.

    Raises:
        ProfileError: if the process cannot be as the profile says, or is not afterwards.
    """
    if mode == "assume":
        return [
            PatchProof(patch.name, patch.find_proof(options) or "not live (assumed)", "assumed")
            for patch, options, _ in calls
        ]
    wanted = tuple(call.identity for call in calls)
    if _ledger.applied is not None and _ledger.applied != wanted:
        raise ProfileError([_build_differs_fault(calls, find_place())])
    if not calls:
        _refuse_traces(find_place)
    if _ledger.applied is None:
        missing = [fault for call in calls for fault in _find_missing_packages(call)]
        if missing:
            raise ProfileError(missing)
        _ledger.proofs = [_apply(call, found_by, tell) for call in calls]
        _ledger.applied = wanted
    return list(_ledger.proofs)


def find_traces() -> list[str]:
    """Return what shows that this process is patched, whoever patched it."""
    traces = (get_patch(name).find_trace() for name in TABLE)
    return [trace for trace in traces if trace is not None]


def _apply(
    call: PatchCall, found_by: str | None, tell: Callable[[PatchCall], object] | None
) -> PatchProof:
    patch, options, place = call
    try:
        by = patch.prepare(options, found_by)
        _refuse_late_modules(call)
        if by is None:
            patch.apply(options)
    except ProfileError:
        raise
    except StepFault as fault:
        code = fault.code or codes.PATCH_FAILED
        found = code.at(place, fault.message, hint=fault.hint, related=fault.related)
        raise ProfileError([found]) from fault
    except Exception as error:
        failure = describe_failure(error)
        message = f"patch '{patch.name}' failed: {failure.text}"
        hint = "Fix what it says, or remove the patch."
        found = codes.PATCH_FAILED.at(place, message, hint=hint, related=failure.related)
        raise ProfileError([found]) from error
    proof = patch.find_proof(options)
    if proof is None:
        message = f"patch '{patch.name}' was applied, but could not be verified"
        hint = "Check that the installed version of its package is a supported one."
        raise ProfileError([codes.PATCH_NOT_LIVE.at(place, message, hint=hint)])
    if tell is not None:
        tell(call)
    return PatchProof(patch.name, proof, by or "assembler")


def _refuse_late_modules(call: PatchCall) -> None:
    late = render_late_modules(find_late_modules(call.patch, call.options))
    if late:
        build = codes.PATCH_TOO_LATE.at
        raise ProfileError(
            [build(call.place, one.message, hint=one.hint, related=one.related) for one in late]
        )


def _find_missing_packages(call: PatchCall) -> list[Diagnostic]:
    faults = []
    for package in call.patch.packages:
        if package not in sys.modules and find_spec(package) is None:
            patch = f"patch '{call.patch.name}'"
            message = f"{patch} needs the package '{package}', which is not installed"
            hint = f"Run `pip install {DISTRIBUTIONS.get(package, package)}`."
            faults.append(codes.PACKAGE_MISSING.at(call.place, message, hint=hint))
    return faults


def _refuse_traces(find_place: Callable[[], Place]) -> None:
    if traces := find_traces():
        message = f"the profile has no patches, but this process is patched: {'; '.join(traces)}"
        hint = "Run this profile in a process of its own, or add the patches that are there."
        raise ProfileError([codes.PROCESS_IS_PATCHED.at(find_place(), message, hint=hint)])


def _build_differs_fault(calls: Sequence[PatchCall], place: Place) -> Diagnostic:
    applied = _render_names([name for name, _ in _ledger.applied or ()])
    if not calls:
        message = f"the profile has no patches, but this process has {applied} of an earlier app"
        hint = "Run this profile in a process of its own, or give it the same patches."
        return codes.PROCESS_IS_PATCHED.at(place, message, hint=hint)
    wanted = _render_names([call.patch.name for call in calls])
    same_names = "with other options " if applied == wanted else ""
    message = (
        f"the profile wants {wanted}, but this process already has {applied} {same_names}"
        "of an earlier app"
    )
    hint = "Give all apps of one process the same patches, or run each in a process of its own."
    return codes.PATCH_LIST_DIFFERS.at(place, message, hint=hint)


def _render_names(names: list[str]) -> str:
    return "the patches " + ", ".join(f"'{name}'" for name in names) if names else "no patches"
