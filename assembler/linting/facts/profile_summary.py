"""Summarize profiles for comparing them, and group those of one app."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from assembler.diagnostics.diagnostic import Place, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Family", "ProfileSummary", "Said", "ScheduledTask", "build_said", "find_families"]

# A `test` profile is meant to have its own of everything.
SHARING_ROLES = frozenset({"migrations", "worker", "beat", "job"})


class Said(NamedTuple):
    """A string that a profile writes, and where; empty: the value is not known here."""

    text: str
    span: Span = Span()
    path: str | None = None  # ``None``: the profile's own file; so profiles alike share the rest

    def place_in(self, path: str) -> Place:
        """Return where the profile ``path`` writes it: in its file, or in a base."""
        return Place(path if self.path is None else self.path, self.span)


def build_said(text: str, place: Place) -> Said:
    """Build it from a string and its place."""
    return Said(text, place.span, place.path)


class ScheduledTask(NamedTuple):
    """A task of the project that beat sends."""

    said: Said  # its name
    module: str  # that would define it
    is_missing: bool  # the module certainly has no such name


class ProfileSummary(NamedTuple):
    """What rules across profiles compare: small, since one is kept for each profile of a run."""

    path: str  # of the file, as shown
    name: str
    role_span: Span  # of the role in the file; its start where a base sets it
    role: str
    bases: tuple[str, ...]  # real paths of all that it extends, at any distance
    app: str | None = None  # the module that the app is named for; ``None``: not known
    database: Said | None = None  # the URL as written; ``None``: it has none
    broker: Said | None = None  # the same
    models: tuple[Said, ...] = ()  # modules that are imported for their models
    migrations: Said | None = None  # the folder of the revisions
    code_files: tuple[str, ...] = ()  # of migrations: real paths of what names code of the project
    has_database: bool = False  # the step
    scheduled: tuple[ScheduledTask, ...] = ()  # where the modules that name them are known
    # Of a worker: the modules that it imports for their tasks; ``None``: not known for certain.
    task_modules: frozenset[str] | None = None

    @property
    def compared(self) -> tuple[object, ...]:
        """All that is compared of it: `web` profiles that agree in this are one to the rules."""
        return self[3:]

    @property
    def role_place(self) -> Place:
        """Where the role is set; the file where a base sets it."""
        return Place(self.path, self.role_span)

    def place_of(self, said: Said) -> Place:
        """Return where the profile writes something."""
        return said.place_in(self.path)


class Family(NamedTuple):
    """The profiles of one app: those that serve, and those of the other roles; none is empty."""

    webs: list[ProfileSummary]
    others: list[ProfileSummary]


Groups = dict["str | None", list[ProfileSummary]]  # by the app


def find_families(profiles: Sequence[ProfileSummary]) -> tuple[Family, ...]:
    """Group the profiles of other roles with the `web` profiles of the same app.

    They are of one app where the same module names it. Where that is not known of one of them, a
    base that both extend tells, unless it is a base of several apps.
    """
    others = [one for one in profiles if one.role in SHARING_ROLES]
    webs = [one for one in profiles if one.role == "web"] if others else []
    if not webs:
        return ()
    by_app: Groups = {}
    by_base: dict[str, Groups] = {}
    for web in webs:
        by_app.setdefault(web.app, []).append(web)
        for path in web.bases:
            by_base.setdefault(path, {}).setdefault(web.app, []).append(web)
    found: dict[tuple[str | None, str | None], Family] = {}
    for other in others:
        base, related = _find_related(other, by_app, by_base)
        if related:
            family = found.setdefault((other.app, base), Family(related, []))
            family.others.append(other)
    return tuple(found.values())


def _find_related(
    other: ProfileSummary, by_app: Groups, by_base: dict[str, Groups]
) -> tuple[str | None, list[ProfileSummary]]:
    """Return the web profiles of the same app, and the base that tells so if the app does not."""
    if other.app is not None and other.app in by_app:
        return None, by_app[other.app]
    for base in other.bases:
        apps = by_base.get(base, {})
        if other.app is not None:  # then not those that are known to be of another app
            related = apps.get(None, [])
        else:
            related = next(iter(apps.values())) if len(apps) == 1 else []
        if related:
            return base, related
    return None, []
