"""Tell whether two URLs, as profiles write them, mean the same database or broker."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from assembler.diagnostics.diagnostic import Related
from assembler.document.template import MalformedTemplate, Variable, parse_template

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from assembler.diagnostics.diagnostic import Code, Diagnostic
    from assembler.linting.facts.profile_summary import ProfileSummary, Said

__all__ = ["Service", "Use", "find_service", "report_strangers"]

URL = re.compile(r"(?P<scheme>[A-Za-z][\w.\-]*)(?:\+[\w.\-]+)?:(?P<rest>//.*)", re.DOTALL)
SCHEMES = {"postgres": "postgresql"}
# A database or a queue in memory is nobody else's: such a profile shares nothing on purpose.
IN_MEMORY = re.compile(r"sqlite://(?:/(?::memory:)?)?|(?:cache\+)?memory:.*")
# A variable with such a word in its name leads to the same service by another way on purpose: past
# a pool of connections, as the tables' owner, to a copy that is only read.
OTHER_WAYS = frozenset(
    {
        "admin", "bouncer", "ddl", "direct", "migration", "migrations", "owner", "pgbouncer",
        "pool", "pooled", "pooler", "primary", "read", "readonly", "replica", "ro", "rw",
        "unpooled",
    }
)  # fmt: skip


class Use(NamedTuple):
    """What a profile says of a service that it uses."""

    summary: ProfileSummary
    said: Said | None  # ``None``: it uses none


class Service(NamedTuple):
    """What a URL leads to, without who asks, by which driver and with which options."""

    name: str  # the variable that holds it all, or where it is
    default: str | None = None  # of that variable: where it leads if that is not set


def find_service(text: str) -> Service | None:
    """Read a URL as it is written; ``None`` where two of them cannot be compared."""
    try:
        template = parse_template(text)
    except MalformedTemplate:
        return None
    names = [part.name for part in template if isinstance(part, Variable)]
    if any(not OTHER_WAYS.isdisjoint(name.lower().split("_")) for name in names):
        return None
    only = template[0] if len(template) == 1 else None
    if not isinstance(only, Variable):
        return None if not text or IN_MEMORY.fullmatch(text) else Service(_find_place(text))
    default = text.partition(only.operator)[2].removesuffix("}") if only.operator else ""
    is_default = only.operator[-1:] == "-" and default
    return Service(f"${{{only.name}}}", _find_place(default) if is_default else None)


def report_strangers(
    code: Code, service: str, webs: Iterable[Use], others: Iterable[Use]
) -> Iterator[Diagnostic]:
    """Report each of ``others`` whose service none of ``webs`` has.

    Args:
        code: What kind of finding it is.
        service: What the service is called.
        webs: What the web profiles of an app use.
        others: What its other profiles use.
    """
    for other, web in _find_strangers(webs, others):
        assert other.said is not None
        assert web.said is not None
        name = web.summary.name
        yield code.at(
            other.summary.place_of(other.said),
            f"'{other.summary.name}' uses another {service} than '{name}'",
            hint="Write the URL once, in a base that both extend.",
            related=(Related(web.summary.place_of(web.said), f"what '{name}' uses"),),
        )


def _find_strangers(webs: Iterable[Use], others: Iterable[Use]) -> Iterator[tuple[Use, Use]]:
    """Give each of ``others`` whose service none of ``webs`` has, with the first of those.

    None, where it is not known of one of ``webs`` what it has: it may be that.
    """
    known: dict[str, set[str | None]] = {}
    first: Use | None = None
    for web in webs:
        if web.said is None or IN_MEMORY.fullmatch(web.said.text):
            continue
        service = find_service(web.said.text)
        if service is None:
            return
        known.setdefault(service.name, set()).add(service.default)
        first = first or web
    for other in others if first is not None else ():
        service = None if other.said is None else find_service(other.said.text)
        if service is None or first is None:
            continue
        defaults = known.get(service.name)
        # A variable without a default leads where the others' has it lead, or nowhere.
        is_same = defaults is not None and (
            service.default is None or None in defaults or service.default in defaults
        )
        if not is_same:
            yield other, first


def _find_place(text: str) -> str:
    """Give the scheme, the host and the path: neither the driver nor the user nor the options."""
    match = URL.fullmatch(text)
    if match is None:
        return text
    scheme = SCHEMES.get(match["scheme"], match["scheme"])
    authority, slash, path = match["rest"].removeprefix("//").partition("/")
    if "@" in match["rest"]:  # a password may hold a slash, and a default may hold anything
        authority, slash, path = match["rest"].rpartition("@")[2].partition("/")
    return f"{scheme}://{authority}{slash}{path.partition('?')[0]}"
