"""Find the databases that a profile names, and the drivers by which they will be reached."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from assembler.database.driver import DriverName, find_driver, read_preference
from assembler.database.url import BINDS_KEY, POSTGRESQL, URI_KEY, split_scheme
from assembler.document.nodes import MappingNode, Node, ScalarNode
from assembler.planning.plan import Decision

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Place
    from assembler.linting.facts.profile_view import ProfileView
    from assembler.planning.plan import PlannedStep

__all__ = ["Database", "Url", "find_databases", "find_urls"]


class Database(NamedTuple):
    """One database that a profile names."""

    key: str  # as messages call it
    scheme: str  # of its URL, such as ``postgresql+psycopg``
    place: Place  # of the URL
    driver: str | None  # for PostgreSQL; ``None``: it is none, or no driver is installed
    is_certain: bool  # running reaches it so: nothing else can set the URL
    is_written: bool  # the scheme is literal in the profile
    is_option: bool = False  # it is the option ``url`` of the step `database`


class Url(NamedTuple):
    """A value that a profile writes where the step `database` takes a URL."""

    name: str  # of the config key, or of the option
    node: ScalarNode
    is_sure: bool  # nothing else can set it
    is_option: bool = False  # it is the option ``url`` of the step


def find_databases(view: ProfileView) -> list[Database]:
    """Return the databases whose URLs are known, at least up to the scheme; imports nothing.

    `ProfileFacts.databases` remembers them.
    """
    planned = view.due_by_use.get("database")
    return [found for url in find_urls(view) if (found := _build(view, planned, url)) is not None]


def find_urls(view: ProfileView) -> Iterator[Url]:
    """Iterate over the values where a URL belongs: in the step `database` and `values` sources."""
    planned = view.due_by_use.get("database")
    url = None if planned is None else planned.step.options.get("url")
    if isinstance(url, ScalarNode) and planned is not None:
        yield Url("url", url, planned.decision is Decision.RUNS, is_option=True)
    for key in (URI_KEY, BINDS_KEY):
        values = view.set_values.get(key)
        if not values:
            continue
        step, node = values[-1].step, values[-1].value
        is_sure = _is_in_force(view, step.name)
        if key == URI_KEY and isinstance(node, ScalarNode):
            yield Url(key, node, is_sure)
        elif key == BINDS_KEY and isinstance(node, MappingNode):
            for name, entry in node.entries.items():
                bind: Node | None = entry.value
                bind = bind.get("url") if isinstance(bind, MappingNode) else bind
                if isinstance(bind, ScalarNode):
                    yield Url(f"{key}[{name!r}]", bind, is_sure)


def _is_in_force(view: ProfileView, name: str) -> bool:
    """Return whether the source called ``name`` surely runs, and no other kind comes after it."""
    is_after = False
    for one in view.plan.config:
        if one.step.name == name:
            is_after = True
            if one.decision is not Decision.RUNS:
                return False
        elif is_after and one.step.use != "values" and one.decision is not Decision.SKIPPED:
            return False
    return is_after


def _build(view: ProfileView, planned: PlannedStep | None, url: Url) -> Database | None:
    node = url.node
    written = node.text if node.written is None else node.written
    head, separator, _ = written.partition("://")
    is_written = bool(separator) and "${" not in head
    if not is_written:
        head, separator, _ = node.text.partition("://")
        if node.unknown or not separator:
            return None
    driver = None
    if split_scheme(head)[0] in POSTGRESQL:
        # A patch needs the driver: where the profile applies it, psycopg2 is installed.
        patched = {"psycopg2"} if _may_be_patched(view) else set()
        driver = find_driver(
            head,
            _find_preference(planned),
            lambda name: name in patched or view.modules.find_module(name) is not None,
        )
    is_known = is_written or view.env is not None
    return Database(
        URI_KEY if url.is_option else url.name,
        head,
        node.place,
        driver,
        url.is_sure and is_known,
        is_written,
        url.is_option,
    )


def _may_be_patched(view: ProfileView) -> bool:
    return any(
        one.step.use == "psycopg2" and one.decision is not Decision.SKIPPED
        for one in view.plan.patches
    )


def _find_preference(planned: PlannedStep | None) -> DriverName | None:
    return None if planned is None else read_preference(planned.step.options)
