"""Import and assemble profiles, each in its own process, and report what fails."""

from __future__ import annotations

import signal
import tempfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Place, ProfileError, Related, Span
from assembler.diagnostics.excerpt import shorten_message, shorten_path
from assembler.diagnostics.failures import OURS
from assembler.rendering.console import mask_environment
from assembler.rendering.progress import Progress
from assembler.runners.apart import run_apart
from assembler.serving.cpus import count_cpus
from assembler.trial.messages import parse_told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.runners.apart import Ended
    from assembler.trial.messages import TrialTold

__all__ = ["ISOLATIONS", "DeepLinter"]

# How the network was kept away, by the trial's word for it.
ISOLATIONS = {
    "namespace": "without a network",
    "hook": "with an audit hook against the network, which C libraries such as libpq bypass",
    "database": "with an audit hook against the network except the database, which C libraries "
    "such as libpq bypass",
}
STATUS_DEFECT = 70
LIMIT_OUTPUT = 200  # characters of what a profile's process wrote last


class TrialEnd(NamedTuple):
    """How a trial ended, and what it reported until then."""

    told: TrialTold
    status: int  # negative: the signal that ended it
    is_timed_out: bool
    output: str  # the end of what the app printed


def _read_end(ended: Ended) -> TrialEnd:
    return TrialEnd(parse_told(ended.said), ended.status, ended.is_timed_out, ended.output)


@dataclass(slots=True)
class DeepLinter:
    """Assembles profiles without an error, and remembers how.

    Raises:
        ProfileError: if there is no folder for temporary files.
    """

    timeout_seconds: float
    policy_file: str | None = None
    database_url: str | None = None
    isolations: set[str] = field(default_factory=set, init=False)
    paths: list[str] = field(default_factory=list, init=False)  # what was assembled

    def __post_init__(self) -> None:
        """Check what every trial needs."""
        try:
            tempfile.gettempdir()
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            message = f"lint --deep needs a folder for temporary files: {reason}"
            hint = "Set TMPDIR to a folder that this user may write to."
            found = codes.FILE_NOT_WRITTEN.at(Place("--deep"), message, hint=hint)
            raise ProfileError([found]) from error

    def lint(self, paths: Sequence[str]) -> dict[str, list[Diagnostic]]:
        """Return what was found in each profile.

        Runs the project's code, in processes that end with it.

        Raises:
            RuntimeError: at a defect of ours, with its traceback.
        """
        requests = [
            {"profile": path, "policy_file": self.policy_file, "database_url": self.database_url}
            for path in paths
        ]
        jobs = min(count_cpus(), len(paths)) or 1
        limit = self.timeout_seconds
        with Progress() as progress:
            ended = run_apart(
                "assembler.trial",
                requests,
                timeout_seconds=limit,
                jobs=jobs,
                tell=lambda done, running: progress.show(
                    f"assembled {done} of {len(paths)}: {', '.join(paths[one] for one in running)}"
                ),
            )
        self.paths = list(paths)
        found: dict[str, list[Diagnostic]] = {}
        for path, end in zip(paths, map(_read_end, ended), strict=True):
            if end.told.defect is not None:
                raise RuntimeError(end.told.defect)
            if end.told.isolation:
                self.isolations.add(end.told.isolation)
            found[path] = [*end.told.found, *self._describe_end(path, end)]
        return found

    def render_depth(self, total: int) -> str:
        """Describe how many of the profiles were assembled, and how."""
        number = len(self.paths)
        counted = "" if number == total else f"{number or 'none'} of {total} "
        if not number:
            return f"{counted}imported and assembled"
        how = "; ".join(ISOLATIONS[name] for name in ISOLATIONS if name in self.isolations)
        return f"{counted}imported and assembled, each in its own process, {how}".rstrip(", ")

    def _describe_end(self, path: str, end: TrialEnd) -> list[Diagnostic]:
        """Return the findings of a trial that did not finish."""
        told = end.told
        if told.is_done:
            return []
        place = told.place or Place(path)
        while_doing = f"while {told.doing}" if told.doing else "before anything was assembled"
        if end.is_timed_out:
            return [self._describe_timeout(path, place, while_doing, end)]
        if end.status < 0:
            how = f"the process was killed by {_name_signal(-end.status)}"
        else:
            how = f"the process exited with status {end.status}"
        hint = "Run the step by itself, or the profile without it, to find the cause."
        related = [*_find_frame(end, "ended here, in"), *_find_last_line(place, end)]
        return [
            codes.ASSEMBLING_CRASHED.at(
                place, f"{how} {while_doing}", hint=hint, related=tuple(related)
            )
        ]

    def _describe_timeout(
        self, path: str, place: Place, while_doing: str, end: TrialEnd
    ) -> Diagnostic:
        limit = f"{self.timeout_seconds:g} s"
        related = tuple(_find_frame(end, "waits here, in"))
        if end.told.reached:
            message = (
                f"not checked any further: {limit} were over {while_doing}, "
                f"trying to reach {end.told.reached[-1]}"
            )
            hint = (
                f"Assemble it where its services can be reached: `assembler flask {path} routes`."
            )
            return codes.NOT_CHECKED.at(place, message, hint=hint, related=related)
        message = f"assembling timed out after {limit}, {while_doing}"
        hint = "Check what it waits for, or allow more time with `--timeout`."
        return codes.ASSEMBLING_TIMED_OUT.at(place, message, hint=hint, related=related)


def _find_frame(end: TrialEnd, words: str) -> list[Related]:
    """Return the innermost place of the stack that is neither in Python nor in assembler."""
    for frame in end.told.frames:
        if (
            not frame.file.startswith(OURS)
            and not frame.file.startswith("<")
            and "/lib/python" not in frame.file
        ):
            place = Place(shorten_path(frame.file), Span(frame.line, 1, frame.line, 1))
            return [Related(place, f"{words} {frame.name}")]
    return []


def _find_last_line(place: Place, end: TrialEnd) -> list[Related]:
    lines = [line.strip() for line in end.output.splitlines() if line.strip()]
    if not lines:
        return []
    said = mask_environment(lines[-1])
    return [Related(place, f'its last output: "{shorten_message(said, LIMIT_OUTPUT)}"')]


def _name_signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
