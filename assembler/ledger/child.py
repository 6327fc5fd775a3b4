"""Record one app in a process that is there for nothing else; the result goes to a pipe."""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from assembler.assembling.create import Passed, apply_plan_patches
from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Place, ProfileError
from assembler.diagnostics.failures import describe_failure
from assembler.diagnostics.faults import StepFault
from assembler.diagnostics.plain import dump_diagnostic
from assembler.ledger.factory_run import is_flask, record_factory
from assembler.ledger.profile_run import record_profile
from assembler.ledger.recorder import Recorder
from assembler.ledger.scratch import SCRATCH
from assembler.planning.arguments import check_arguments
from assembler.planning.loading import load_plan, prepare_path
from assembler.policy import Policy, Settings, find_policy
from assembler.references.reference import resolve_reference
from assembler.runners.parent_death import die_with_parent
from assembler.runners.server_metrics import forget_folder
from assembler.secrets.fingerprints import LIMIT_SHOWN, Fingerprints
from assembler.secrets.memory import build_environment_secrets

if TYPE_CHECKING:
    from collections.abc import Callable

    from assembler.diagnostics.diagnostic import Code, Diagnostic

__all__ = ["carry_out"]

STATUS_DEFECT = 70
IMPORT = "$import"  # the key of a value that is an object


def carry_out(prepared: dict[str, Any] | None = None) -> NoReturn:
    """Read the request, record the app, close it, and end the process.

    Args:
        prepared: The request, by who has read it and prepared the process; its ``folder`` is then
            called the same in every process, since both sides have paths in theirs.
    """
    request = prepared or _prepare_process()
    os.environ["ASSEMBLER_CANARY"] = "1"
    forget_folder()
    tell = partial(_tell, request["pipe"], "" if prepared is None else request["folder"])
    status = 0
    try:
        record = _record_profile if "profile" in request else _record_factory
        record(request, tell)
    except ProfileError as error:
        tell(found=[dump_diagnostic(one) for one in error.diagnostics])
    except Exception:  # noqa: BLE001 - the command reports it as a defect of ours
        tell(defect=traceback.format_exc())
        status = STATUS_DEFECT
    tell(done=True)
    # Threads that the app left behind would keep the process.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def _prepare_process() -> dict[str, Any]:
    request: dict[str, Any] = json.load(sys.stdin)
    die_with_parent(signal.SIGKILL, os.getppid())
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.set_inheritable(request["pipe"], False)  # noqa: FBT003 - its only argument
    return request


def _tell(pipe: int, folder: str, /, **message: object) -> None:
    text = json.dumps(message)
    left = memoryview(f"{text.replace(folder, SCRATCH) if folder else text}\n".encode())
    while left:
        left = left[os.write(pipe, left) :]


def _record_profile(request: dict[str, Any], tell: Callable[..., None]) -> None:
    fingerprints = _make_fingerprints(request)
    if request["directory"] is not None:
        fingerprints = replace(fingerprints, level=_leave_for(request["directory"]))
    loaded = load_plan(request["profile"], policy_file=request["policy_file"])
    prepare_path(loaded.policy, Path.cwd())
    arguments = request.get("arguments") or {}
    check_arguments(loaded.plan, arguments)
    passed = Passed(_read_config(request, loaded.policy), arguments)
    try:
        app, ledger = record_profile(loaded, passed, fingerprints)
    except SystemExit as leaving:
        raise ProfileError([_build_left(Place(request["profile"]), leaving)]) from leaving
    tell(ledger=ledger.to_dict())
    with suppress(Exception):  # it was assembled, and that was the question
        app.extensions["assembler"].close()


def _leave_for(directory: str) -> Callable[[str], str]:
    """Go to where a project is, and find none of the modules of where this was.

    Returns:
        What shows the paths of its files as if they were here.
    """
    here = str(Path.cwd())
    sys.path[:] = [entry for entry in sys.path if entry not in {"", here}]
    os.chdir(directory)
    return lambda text: text.replace(directory, here)


def _record_factory(request: dict[str, Any], tell: Callable[..., None]) -> None:
    prepare_path(find_policy(os.environ, Path.cwd(), request["policy_file"]), Path.cwd())
    reference, anything = (
        request["factory"],
        Policy(None, Settings()),
    )  # named by whoever runs the command

    def make() -> object:
        if request.get("patched_as"):
            apply_plan_patches(load_plan(request["patched_as"], policy_file=request["policy_file"]))
        factory: Any = resolve_reference(reference, anything)
        if is_flask(factory):  # the app of a module
            return factory
        args = [_read_value(one, anything) for one in request.get("args") or ()]
        options = request.get("options") or {}
        return factory(*args, **{key: _read_value(one, anything) for key, one in options.items()})

    try:
        _, ledger = record_factory(make, reference, recorder=Recorder(_make_fingerprints(request)))
    except ProfileError:
        raise
    except Exception as error:
        raise ProfileError([_build_fault(reference, error)]) from error
    except SystemExit as leaving:
        raise ProfileError([_build_left(Place(reference), leaving)]) from leaving
    tell(ledger=ledger.to_dict())


def _make_fingerprints(request: dict[str, Any]) -> Fingerprints:
    return Fingerprints(
        bytes.fromhex(request["key"]),
        build_environment_secrets(os.environ).scrub,
        limit=request.get("limit_characters", LIMIT_SHOWN),
    )


def _read_value(value: Any, policy: Policy) -> Any:  # noqa: ANN401 - any JSON
    """Return a value of the command line; ``{"$import": "module:attribute"}`` is that object."""
    if isinstance(value, dict):
        if set(value) == {IMPORT}:
            return resolve_reference(str(value[IMPORT]), policy)
        return {key: _read_value(one, policy) for key, one in value.items()}
    return [_read_value(one, policy) for one in value] if isinstance(value, list) else value


def _read_config(request: dict[str, Any], policy: Policy) -> Any:  # noqa: ANN401 - as above
    try:
        return _read_value(request.get("config"), policy)
    except StepFault as fault:
        found = _build_fault("--config", fault, codes.BAD_OBJECT_REFERENCE)
        raise ProfileError([found]) from fault


def _build_fault(
    named: str, error: Exception, otherwise: Code = codes.FACTORY_FAILED
) -> Diagnostic:
    place = Place(named)
    if isinstance(error, StepFault):
        code = error.code or otherwise
        found = code.at(place, error.message, hint=error.hint, related=error.related)
    else:
        failure = describe_failure(error)
        hint = "Fix it where it was raised, or pass what it needs with `--args`."
        message = f"the factory failed: {failure.text}"
        found = codes.FACTORY_FAILED.at(place, message, hint=hint, related=failure.related)
    (masked,) = build_environment_secrets(os.environ).mask_diagnostics([found])
    return masked


def _build_left(place: Place, leaving: SystemExit) -> Diagnostic:
    failure = describe_failure(leaving)
    message = f"the app called `sys.exit()` while it was made: {failure.text}"
    hint = "Raise an error instead of exiting."
    return codes.ASSEMBLING_CRASHED.at(place, message, hint=hint, related=failure.related)
