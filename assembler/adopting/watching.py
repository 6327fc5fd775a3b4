"""Start the watched run of a factory, and read what it told."""

from __future__ import annotations

import json
import os
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from assembler.adopting.observed import Answer, Observed, Question
from assembler.runners.apart import run_apart

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from assembler.runners.apart import Ended

__all__ = ["Call", "watch"]


class Call(NamedTuple):
    """How the factory is called; a value ``{"$import": "module:attribute"}`` is that object."""

    factory: str
    args: Sequence[object] = ()
    options: Mapping[str, object] = MappingProxyType({})
    allow_network: bool = False
    timeout_seconds: float = 60.0


def watch(
    call: Call,
    functions: Iterable[tuple[str, int]],
    questions: Iterable[Question],
    paths: Sequence[str],
) -> Observed:
    """Call the factory once in a process of its own, in a scratch folder.

    Unless the network is allowed, the process has none, and every database is an empty SQLite file.

    Args:
        call: How it is called.
        functions: The functions that were read, by file and line.
        questions: What to ask of the objects there.
        paths: Where modules are found.
    """
    request = {
        **call._asdict(),
        "options": dict(call.options),
        "functions": sorted(functions),
        "questions": sorted(questions),
        "paths": [os.path.abspath(one) for one in paths],  # noqa: PTH100 - "" is the current one
    }
    timeout_seconds = call.timeout_seconds
    (ended,) = run_apart(
        "assembler.adopting.watch", [request], timeout_seconds=timeout_seconds, jobs=1
    )
    told = _read(ended)
    if told is None:
        is_late = f"it took more than {timeout_seconds:g} s"
        failure = is_late if ended.is_timed_out else f"its process ended with {ended.status}"
        return Observed(failure=failure, has_run=True)
    return Observed(
        lines=frozenset((file, line) for file, line in told["lines"]),
        answers={Question(*one[:4]): _read_answer(one[4:]) for one in told["answers"]},
        import_name=told["import_name"],
        models=tuple(told["models"]),
        health=told["health"],
        failure=told["failure"],
        has_run=True,
    )


def _read(ended: Ended) -> dict[str, Any] | None:
    first = ended.said.partition(b"\n")[0]
    try:
        told: dict[str, Any] = json.loads(first)
    except ValueError:
        return None
    return told if "lines" in told else None


def _read_answer(told: list[Any]) -> Answer:
    is_same, names, parameters = told
    listed = None if parameters is None else tuple((name, kind) for name, kind in parameters)
    return Answer(is_same, tuple(names), listed)
