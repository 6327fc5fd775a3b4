"""Find profiles that use another database or broker than the web profiles of their app."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assembler.diagnostics.diagnostic import Related

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from assembler.diagnostics.diagnostic import Code, Diagnostic
    from assembler.linting.facts.profile_summary import ProfileSummary, Said

__all__ = ["report_strangers"]

URL = re.compile(r"(?P<scheme>[A-Za-z][\w.\-]*)(?:\+[\w.\-]+)?:(?P<rest>//.*)", re.DOTALL)
SCHEMES = {"postgres": "postgresql"}
# A database or a queue in memory belongs to its process alone: nothing is shared on purpose.
IN_MEMORY = re.compile(r"sqlite://(?:/(?::memory:)?)?|(?:cache\+)?memory:.*")
VARIABLE = re.compile(r"\$\{(\w+)\b(?:[^{}]|\{[^{}]*\})*\}")
REQUIRED = re.compile(r"\$\{(?P<name>\w+)(?::?\?.*)?\}", re.DOTALL)
WITH_DEFAULT = re.compile(r"\$\{(?P<name>\w+):?-(?P<default>.+)\}", re.DOTALL)


def report_strangers(
    code: Code,
    service: str,
    webs: Iterable[ProfileSummary],
    others: Iterable[ProfileSummary],
    read: Callable[[ProfileSummary], Said | None],
) -> Iterator[Diagnostic]:
    """Report each of ``others`` whose service certainly differs from that of all ``webs``.

    Args:
        code: What is reported.
        service: What the service is called.
        webs: The web profiles of an app.
        others: Its other profiles.
        read: Returns the URL that a profile writes; ``None`` if it uses no such service.
    """
    used = [(web, said) for web in webs if (said := _read_shared(web, read)) is not None]
    for other in others if used else ():
        said = _read_shared(other, read)
        if said is None:
            continue
        # A web profile that requires the variable does not run where the default is in force.
        compared = [one for one in used if not _requires(one[1].text, said.text)] or used
        if not all(_lead_elsewhere(said.text, one.text) for _, one in compared):
            continue
        web, web_said = compared[0]
        yield code.at(
            other.place_of(said),
            f"'{other.name}' uses another {service} than '{web.name}'",
            hint="Write the URL once, in a base that both extend.",
            related=(Related(web.place_of(web_said), f"what '{web.name}' uses"),),
        )


def _read_shared(
    profile: ProfileSummary, read: Callable[[ProfileSummary], Said | None]
) -> Said | None:
    said = read(profile)
    return None if said is None or IN_MEMORY.fullmatch(said.text) else said


def _requires(one: str, other: str) -> bool:
    """Return whether ``one`` is a variable without a default, which ``other`` has."""
    first, second = REQUIRED.fullmatch(one), WITH_DEFAULT.fullmatch(other)
    return first is not None and second is not None and first["name"] == second["name"]


def _lead_elsewhere(one: str, other: str) -> bool:
    """Return whether two URLs differ whatever their variables hold; one may be unknown (empty)."""
    first, second = WITH_DEFAULT.fullmatch(one), WITH_DEFAULT.fullmatch(other)
    if first and second and first["name"] == second["name"]:
        one, other = first["default"], second["default"]
    one, other = _find_place(one), _find_place(other)
    if not one or not other or VARIABLE.findall(one) != VARIABLE.findall(other):
        return False
    return VARIABLE.sub(r"${\1}", one) != VARIABLE.sub(r"${\1}", other)


def _find_place(text: str) -> str:
    """Return the scheme, the host and the path, without driver, user and options."""
    match = URL.fullmatch(text)
    if match is None:
        return text
    scheme = SCHEMES.get(match["scheme"], match["scheme"])
    authority, slash, path = match["rest"].removeprefix("//").partition("/")
    if "@" in match["rest"]:  # a password may hold a slash, and a default may hold anything
        authority, slash, path = match["rest"].rpartition("@")[2].partition("/")
    return f"{scheme}://{authority}{slash}{path.partition('?')[0]}"
