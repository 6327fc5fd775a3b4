"""Show the composed profile that runs, and what was different at an earlier boot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from assembler.comparing.givers import find_places_of_givers
from assembler.comparing.values import mark_profile, read_values
from assembler.console.changes import Changes, Value, compare, find_made, take_running
from assembler.console.journal import JournalAwayError, open_journal
from assembler.console.shown import Page, Shown, TextQuery
from assembler.journal.queries import find_made_of
from assembler.rendering.profile import iter_profile_lines
from assembler.runners.status import render_profile_root
from assembler.secrets.fingerprints import Fingerprints, get_server_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.console.site import Site
    from assembler.language.profile import Profile

__all__ = ["PAGE", "ProfilePage"]

LEFT_OUT = "The boots are left out of this console."


class KeyValue(Value):
    """A value of the composed profile, by its key."""

    key: str


class Line(Shown):
    """A line of the composed profile, and what set the value at its end."""

    text: str
    path: str | None
    line: int | None
    variables: list[str] = Field(description="The names of those that decided it.")


class Earlier(Shown):
    """A boot that was made of something else, as far as the journal knows."""

    id: str
    started_at: str = Field(description="UTC, as ISO 8601.")
    kind: str
    digest: str


class ProfilePage(Shown):
    """The composed profile that runs."""

    name: str
    path: str
    digest: str
    files: list[str] = Field(description="The files that its values are from.")
    values: list[KeyValue]
    lines: list[Line] = Field(description="As YAML, with variables filled in.")
    text: str = Field(description="As YAML, before variables are filled in; secrets are masked.")
    earlier: list[Earlier] = Field(description="What it can be compared with, the newest first.")
    against: Earlier | None = Field(description="The boot that it is compared with.")
    changes: Changes | None = Field(description="What is different now; null: nobody has asked.")
    fault: str | None = Field(description="Why it cannot be compared.")


class ProfileQuery(TextQuery):
    """Which values, and what they are compared with."""

    against: str = Field("", max_length=36, description="The id of a boot of the journal.")


def load_profile_page(site: Site, query: ProfileQuery) -> ProfilePage:
    """Read the plan that was carried out, and an earlier boot."""
    profile = site.loaded.plan.profile
    fingerprints = Fingerprints(get_server_key(), scrub=site.mask)
    found = read_values(profile.node, fingerprints)
    values = [KeyValue(key=key, **value.to_dict()) for key, value in found.items()]
    page = ProfilePage(
        name=profile.name,
        path=profile.composed.path,
        digest=profile.composed.digest,
        files=list(dict.fromkeys(one.path for one in values)),
        values=query.choose(values),
        lines=list(_iter_lines(profile, fingerprints)),
        text=render_profile_root(profile),
        earlier=[],
        against=None,
        changes=None,
        fault=None,
    )
    try:
        _add_earlier(page, site, query.against)
    except JournalAwayError as error:
        page.fault = str(error) if query.against else None
    return page


def _add_earlier(page: ProfilePage, site: Site, against: str) -> None:
    if "boots" in site.left_out:
        raise JournalAwayError(LEFT_OUT)
    with open_journal(site.app) as journal:
        found = find_made_of(journal.connection, journal.table, page.name)
        page.earlier = [Earlier(**one) for one in found]
        if against:
            boot = journal.get_boot(against)
            page.against = Earlier(**{name: boot[name] for name in Earlier.model_fields})
            page.changes = compare(find_made(journal, boot, "that boot"), take_running(site))


def _iter_lines(profile: Profile, fingerprints: Fingerprints) -> Iterator[Line]:
    givers = find_places_of_givers(profile.node)
    for text, node in iter_profile_lines(mark_profile(profile.node, fingerprints)):
        place = None if node is None else node.place
        yield Line(
            text=text,
            path=place and place.path,
            line=place and place.span.line,
            variables=[str(one["name"]) for one in givers.get(place, ())] if place else [],
        )


PAGE = Page(
    "profile",
    "Profile",
    "Every value of the profile that runs, with what set it, and what it was before.",
    ProfilePage,
    load_profile_page,
    ProfileQuery,
)
