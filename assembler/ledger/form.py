"""The form of what is looked at: one kind of thing that a step may add, change, remove or move."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from assembler.ledger.naming import Namer

__all__ = ["NOTHING", "Kind"]

NOTHING: Mapping[Any, Any] = {}  # what there is of a kind that is not there


def _show_key(key: Any, _value: Any) -> str:  # noqa: ANN401 - whatever a kind has for keys
    return str(key)


def _show(namer: Namer, _key: Any, value: Any) -> str:  # noqa: ANN401 - whatever is looked at
    return namer.name(value)


class Kind(NamedTuple):
    """One kind of thing.

    `take` is carried out after each step. It may return what the app itself holds, which is copied
    if it has changed, and it asks nothing that would make, cache or sort anything.
    """

    name: str
    plural: str
    # Given the app: the objects by key; of an ordered kind, for each key several in their order.
    take: Callable[[Any], Mapping[Any, Any]]
    is_ordered: bool = False
    show_key: Callable[[Any, Any], str] = _show_key
    show: Callable[[Namer, Any, Any], str] = _show
    # Whether one is the library's own, and nobody's effect; asked of what differs, and at the end.
    skips: Callable[[Any, Any], bool] | None = None
    # Whether its parts belong to the finished app, and are compared with another app's.
    is_lasting: bool = True
    is_of_process: bool = False  # and is there without an app
    # Puts what is loaded late in place of what loads it; asked once, when all steps are done.
    unfold: Callable[[Mapping[Any, Any]], Mapping[Any, Any]] | None = None
