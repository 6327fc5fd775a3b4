"""Show the journal: boots, reloads and rejections, the newest first."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, field_validator

from assembler.console.journal import JournalAwayError, open_journal
from assembler.console.shown import Page, Query, Shown
from assembler.journal.cursor import Cursor, parse_cursor, render_cursor
from assembler.journal.queries import find_boots

if TYPE_CHECKING:
    from assembler.console.site import Site

__all__ = ["PAGE", "BootRow", "BootsPage", "BootsQuery"]

FILTERS = ("outcome", "kind", "profile", "host")
NO_NULL = r"^[^\x00]*$"  # no database can be asked for one


class BootRow(Shown):
    """A boot, a reload, or one that was refused."""

    id: str
    profile: str
    role: str
    digest: str
    started_at: str = Field(description="UTC, as ISO 8601.")
    duration_ms: float
    outcome: str
    kind: str
    generation: int | None
    host: str
    pid: int
    versions: dict[str, str]
    is_edited: bool | None = Field(
        description="Whether its profile is not that of the boot before; null: it is not here."
    )


class BootsPage(Shown):
    """A page of the journal."""

    fault: str | None = Field(description="Why there is nothing to see.")
    boots: list[BootRow]
    next: str | None = Field(description="The `cursor` of the next page.")
    filters: dict[str, str] = Field(description="What the rows were chosen by.")


class BootsQuery(Query):
    """Which rows."""

    outcome: Literal["", "done", "partial", "failed"] = ""
    kind: Literal["", "boot", "reload", "rollback", "rescue", "rejection"] = ""
    profile: str = Field("", max_length=255, pattern=NO_NULL)
    host: str = Field("", max_length=255, pattern=NO_NULL)
    cursor: str = Field("", max_length=200, description="The `next` of the page before.")

    @field_validator("cursor")
    @classmethod
    def _check_cursor(cls, value: str) -> str:
        if value:
            parse_cursor(value)
        return value


def load_boots(site: Site, query: BootsQuery) -> BootsPage:
    """Read one page."""
    wanted = {name: getattr(query, name) for name in FILTERS if getattr(query, name)}
    after = parse_cursor(query.cursor) if query.cursor else None
    try:
        with open_journal(site.app) as journal:
            found = find_boots(journal.connection, journal.table, site.page_size + 1, after, wanted)
    except JournalAwayError as error:
        return BootsPage(fault=str(error), boots=[], next=None, filters=wanted)
    rows = [_build_row(boot, found[index + 1 :]) for index, boot in enumerate(found)]
    shown, following = rows[: site.page_size], None
    if len(rows) > len(shown):
        last = shown[-1]
        following = render_cursor(Cursor(datetime.fromisoformat(last.started_at), last.id))
    return BootsPage(fault=None, boots=shown, next=following, filters=wanted)


def _build_row(boot: dict[str, Any], earlier: list[dict[str, Any]]) -> BootRow:
    digests = (
        one["digest"]
        for one in earlier
        if one["profile"] == boot["profile"] and one["kind"] != "rejection"
    )
    digest = next(digests, None)
    return BootRow(**boot, is_edited=None if digest is None else digest != boot["digest"])


PAGE = Page(
    "boots",
    "Boots",
    "Boots, reloads and what was refused, the newest first.",
    BootsPage,
    load_boots,
    BootsQuery,
)
