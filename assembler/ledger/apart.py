"""Record apps in processes of their own, several at once."""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from assembler.comparing.comparison import prefix_places
from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Place, ProfileError
from assembler.diagnostics.plain import parse_diagnostic
from assembler.ledger.values import Ledger
from assembler.runners.apart import run_apart
from assembler.secrets.fingerprints import make_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.runners.apart import Ended

__all__ = ["COMPARED", "FactorySide", "ProfileSide", "record_apart"]

LIMIT_SECONDS = 60.0
# More of a request whose ledger is compared: it has more of a long text than one that is printed.
COMPARED = MappingProxyType({"limit_characters": 20_000})


class ProfileSide(NamedTuple):
    """An app that a profile makes."""

    profile: str
    policy_file: str | None = None
    config: object = None  # what a caller of `create_app` would pass, as JSON; see `FactorySide`
    arguments: Mapping[str, object] | None = None
    directory: str | None = None  # where its project is; ``None``: the current directory
    prefix: str = ""  # what the paths of its files are shown with


class FactorySide(NamedTuple):
    """An app that a factory makes; a value ``{"$import": "module:attribute"}`` is that object."""

    factory: str
    policy_file: str | None = None  # for where the project's modules are
    args: Sequence[object] = ()
    options: Mapping[str, object] | None = None
    patched_as: str | None = None  # the profile whose patches its process gets


Side = ProfileSide | FactorySide


def record_apart(
    sides: Sequence[Side],
    limit_seconds: float = LIMIT_SECONDS,
    *,
    module: str = "assembler.ledger",
    more: Mapping[str, object] = MappingProxyType({}),
) -> list[Ledger]:
    """Return the ledger of each; all are made at once, each in a process of its own.

    Their secrets have fingerprints of one key, which nobody keeps.

    Args:
        sides: The apps.
        limit_seconds: How long making one of them may take.
        module: Whose `main` carries out the requests.
        more: What else is in the requests, for another module.

    Raises:
        ProfileError: with all that is wrong with any of them.
        RuntimeError: at a defect of ours, with its traceback.
    """
    key = make_key().hex()
    requests: list[dict[str, Any]] = [{**side._asdict(), "key": key, **more} for side in sides]
    ended = run_apart(module, requests, timeout_seconds=limit_seconds, jobs=len(requests))
    ledgers: list[Ledger] = []
    found: list[Diagnostic] = []
    for side, end in zip(sides, ended, strict=True):
        told = _read(end)
        if "defect" in told:
            raise RuntimeError(told["defect"])
        if "ledger" in told:
            ledgers.append(Ledger.from_dict(told["ledger"]))
        elif "found" in told:
            found += _show(map(parse_diagnostic, told["found"]), side)
        else:
            found.append(_build_end(side, end, limit_seconds))
    if found:
        raise ProfileError(list(dict.fromkeys(found)))
    return ledgers


def _show(diagnostics: Iterable[Diagnostic], side: Side) -> list[Diagnostic]:
    prefix = side.prefix if isinstance(side, ProfileSide) else ""
    return prefix_places(diagnostics, prefix)


def _read(end: Ended) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for line in end.said.splitlines():
        if line.startswith(b"{"):
            try:
                told |= json.loads(line)
            except ValueError:  # it was cut off
                continue
    return told


def _build_end(side: Side, end: Ended, limit_seconds: float) -> Diagnostic:
    place = Place(side[0])
    if end.is_timed_out:
        message = f"it was not assembled within {limit_seconds:g} s"
        hint = "Look at what it waits for, or allow more time with `--timeout`."
        return codes.ASSEMBLING_TIMED_OUT.at(place, message, hint=hint)
    how = f"was killed by signal {-end.status}" if end.status < 0 else f"exited with {end.status}"
    lines = [line for line in end.output.splitlines() if line.strip()]
    last = f'; it last wrote "{lines[-1].strip()}"' if lines else ""
    message = f"the process {how} before the app was made{last}"
    hint = "Run the steps by themselves to find the cause."
    return codes.ASSEMBLING_CRASHED.at(place, message, hint=hint)
