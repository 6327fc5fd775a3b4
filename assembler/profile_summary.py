"""Keep of each profile what is compared across profiles, and tell which of them are one app's."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

from assembler.diagnostics import Place, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Family", "ProfileSummary", "Said", "build_said", "find_families"]

# A `test` profile is meant to have its own of everything.
SHARING_ROLES = frozenset({"migrations", "worker", "beat", "job"})


class Said(NamedTuple):
    """A text that a profile says, and where; an empty one: it is said, and not known here.

    The place is kept in its parts: a half of the memory, of which there is some for each profile.
    """

    text: str
    path: str
    line: int
    column: int
    end_line: int
    end_column: int

    @property
    def place(self) -> Place:
        """Where it is said."""
        return Place(self.path, Span(*self[2:]))


def build_said(text: str, place: Place) -> Said:
    """Keep what is said at ``place``; the same text of several profiles is kept once."""
    return Said(sys.intern(text), place.path, *place.span)


class ProfileSummary(NamedTuple):
    """What rules across profiles compare: small, since one is kept for each profile of a run."""

    place: Place  # of the file
    name: str
    role: str
    bases: tuple[str, ...]  # real paths of all that it extends, at any distance
    role_place: Place  # of the role, or the file where a base says it
    app: str | None = None  # the module that the app is named for; ``None``: not known
    database: Said | None = None  # the URL as written; ``None``: it has none
    broker: Said | None = None  # the same
    redis: Said | None = None  # the same
    sources: tuple[Said, ...] = ()  # of config, each by its kind
    models: tuple[Said, ...] = ()  # modules that are imported for their models
    migrations: Said | None = None  # the folder of the revisions
    code_files: tuple[str, ...] = ()  # of migrations: real paths of what names code of the project
    has_database: bool = False  # the step


    @property
    def compared(self) -> tuple[object, ...]:
        """All that is compared of it: two `web` profiles that agree in this are one to the rules."""
        said = (self.database, self.broker, self.redis, self.migrations)
        return (
            self.app,
            self.bases,
            self.has_database,
            *(None if one is None else one.text for one in said),
            *(one.text for one in self.sources),
            None,
            *(one.text for one in self.models),
        )


class Family(NamedTuple):
    """The profiles of one app: those that serve, and those of the other roles; none is empty."""

    webs: tuple[ProfileSummary, ...]
    others: tuple[ProfileSummary, ...]


def find_families(profiles: Sequence[ProfileSummary]) -> tuple[Family, ...]:
    """Put the profiles of other roles beside the `web` profiles of the same app.

    They are of one app where the same module names it. Where that is not known of one of them, a
    base that both extend tells, unless it is a base of several apps.
    """
    others = [one for one in profiles if one.role in SHARING_ROLES]
    webs = [one for one in profiles if one.role == "web"] if others else []
    if not webs:
        return ()
    by_app = _group((one.app, one) for one in webs)
    by_base = _group((base, one) for one in webs for base in one.bases)
    found: dict[tuple[str | None, str | None], list[ProfileSummary]] = {}
    for other in others:
        key = _find_key(other, by_app, by_base)
        if key is not None:
            found.setdefault(key, []).append(other)
    return tuple(
        Family(
            tuple(by_app[app] if base is None else _of_unknown(by_base[base], app)), tuple(members)
        )
        for (app, base), members in found.items()
    )


Groups = dict["str | None", list[ProfileSummary]]


def _group(pairs: Iterable[tuple[str | None, ProfileSummary]]) -> Groups:
    groups: Groups = {}
    for key, one in pairs:
        groups.setdefault(key, []).append(one)
    return groups


def _find_key(
    other: ProfileSummary, by_app: Groups, by_base: Groups
) -> tuple[str | None, str | None] | None:
    """Give the app, or the base, that tells which web profiles are of the same app."""
    if other.app is not None and other.app in by_app:
        return other.app, None
    for base in other.bases:
        related = _of_unknown(by_base.get(base, []), other.app)
        if related and len({one.app for one in related}) == 1:
            return other.app, base
    return None


def _of_unknown(webs: list[ProfileSummary], app: str | None) -> list[ProfileSummary]:
    """Leave out the web profiles that are known to be of another app."""
    return webs if app is None else [one for one in webs if one.app is None]
