"""Show the composed profile that runs, each value with the line and the variables that set it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from assembler.comparing.values import read_values
from assembler.console.shown import Page, Shown, TextQuery
from assembler.runners.status import render_profile_root
from assembler.secrets.fingerprints import Fingerprints, get_server_key

if TYPE_CHECKING:
    from assembler.console.site import Site

__all__ = ["PAGE", "ProfilePage"]


class Variable(Shown):
    """A variable that decided a value."""

    name: str
    is_set: bool
    file: str | None = Field(description="The `.env` file that set it.")


class Value(Shown):
    """A value of the composed profile."""

    key: str
    value: str = Field(description="As YAML; a secret as `***#` and a fingerprint.")
    path: str
    line: int
    variables: list[Variable]


class ProfilePage(Shown):
    """The composed profile that runs."""

    name: str
    path: str
    digest: str
    files: list[str] = Field(description="The files that its values are from.")
    values: list[Value]
    text: str = Field(description="As YAML, before variables are filled in; secrets are masked.")


def load_profile_page(site: Site, query: TextQuery) -> ProfilePage:
    """Read the plan that was carried out."""
    profile = site.loaded.plan.profile
    found = read_values(profile.node, Fingerprints(get_server_key(), scrub=site.mask))
    values = [Value(key=key, **value.to_dict()) for key, value in found.items()]
    return ProfilePage(
        name=profile.name,
        path=profile.composed.path,
        digest=profile.composed.digest,
        files=list(dict.fromkeys(one.path for one in values)),
        values=query.choose(values),
        text=render_profile_root(profile),
    )


PAGE = Page(
    "profile",
    "Profile",
    "Every value of the profile that runs, with what set it.",
    ProfilePage,
    load_profile_page,
    TextQuery,
)
