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

URL = r"(?s)(?P<scheme>[A-Za-z][\w.\-]*)(?:\+[\w.\-]+)?:(?P<rest>//.*)"
SCHEMES = {"postgres": "postgresql"}
# A database or a queue in memory belongs to its process alone: nothing is shared on purpose.
IN_MEMORY = r"sqlite://(?:/(?::memory:)?)?|(?:cache\+)?memory:.*"
VARIABLE = r"\$\{(\w+)\b(?:[^{}]|\{[^{}]*\})*\}"
REQUIRED = r"(?s)\$\{(?P<name>\w+)(?::?\?.*)?\}"
WITH_DEFAULT = r"(?s)\$\{(?P<name>\w+):?-(?P<default>.+)\}"


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
    return None if said is None or re.fullmatch(IN_MEMORY, said.text) else said


def _requires(one: str, other: str) -> bool:
    """Return whether ``one`` is a variable without a default, which ``other`` has."""
    first, second = re.fullmatch(REQUIRED, one), re.fullmatch(WITH_DEFAULT, other)
    return first is not None and second is not None and first["name"] == second["name"]


def _lead_elsewhere(one: str, other: str) -> bool:
    """Return whether two URLs differ whatever their variables hold; one may be unknown (empty)."""
    first, second = re.fullmatch(WITH_DEFAULT, one), re.fullmatch(WITH_DEFAULT, other)
    if first and second and first["name"] == second["name"]:
        one, other = first["default"], second["default"]
    one, other = _find_place(one), _find_place(other)
    if not one or not other or re.findall(VARIABLE, one) != re.findall(VARIABLE, other):
        return False
    return re.sub(VARIABLE, r"${\1}", one) != re.sub(VARIABLE, r"${\1}", other)


def _find_place(text: str) -> str:
    """Return the scheme, the host and the path, without driver, user and options."""
    match = re.fullmatch(URL, text)
    if match is None:
        return text
    scheme = SCHEMES.get(match["scheme"], match["scheme"])
    authority, slash, path = match["rest"].removeprefix("//").partition("/")
    if "@" in match["rest"]:  # a password may hold a slash, and a default may hold anything
        authority, slash, path = match["rest"].rpartition("@")[2].partition("/")
    return f"{scheme}://{authority}{slash}{path.partition('?')[0]}"
