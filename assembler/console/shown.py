"""Define the form of a page: a model of what it shows, and what loads it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from pydantic import ConfigDict, Field

from assembler.language.model import Model

if TYPE_CHECKING:
    from collections.abc import Callable

    from assembler.console.site import Site

__all__ = ["NoQuery", "Page", "Query", "Shown", "TextQuery"]


class Shown(Model):
    """A part of what a page shows; as JSON, each key is there.

    What another version of ours has written, in the journal or over a socket, may have more keys:
    they are left out. A key that not every version has written needs a default.
    """

    model_config = ConfigDict(extra="ignore", json_schema_serialization_defaults_required=True)


T = TypeVar("T", bound=Shown)


class Query(Model):
    """What a page's address may ask for after the question mark."""


class NoQuery(Query):
    """Nothing."""


class TextQuery(Query):
    """Only what has a text in it, whatever the case of its letters."""

    q: str = Field("", max_length=200, description="The text.")

    def choose(self, rows: list[T]) -> list[T]:
        """Return the rows with the text in one of their values."""
        wanted = self.q.casefold()
        return [row for row in rows if wanted in str(list(row.model_dump().values())).casefold()]


class Page(NamedTuple):
    """A page of the console; its template is ``NAME.html``, its JSON is at ``api/NAME``."""

    name: str
    title: str
    summary: str
    model: type[Shown]
    load: Callable[[Site, Any], Shown]  # given a ``query``
    query: type[Query] = NoQuery
    form: type[Query] | None = None  # what may be sent; ``None``: the page is only read
    # Given the form, and the address that sends it.
    send: Callable[[Site, Any, str], Shown] | None = None
