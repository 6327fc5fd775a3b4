"""Show one boot, and what is different from the one before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import Field

from assembler.console.changes import Changes, compare, find_made
from assembler.console.journal import JournalAwayError, open_journal
from assembler.console.pages.assembly import Step
from assembler.console.pages.boots import BootRow
from assembler.console.shown import Page, Query, Shown
from assembler.journal.queries import MADE_OF, find_boot_before

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from assembler.console.site import Site

__all__ = ["PAGE", "BootPage", "BootQuery"]

# What is shown of a step's report, and what stands in for what another version has not written.
KEPT_OF_STEP = {
    "kind": "",
    "name": "",
    "use": "",
    "outcome": "unknown",
    "reason": None,
    "import_ms": 0.0,
    "run_ms": 0.0,
}


class Difference(Shown):
    """Something that is not as it was at the boot before."""

    what: str = Field(description="Such as `step extension database` or `version flask`.")
    before: str | None
    after: str | None


class BootPage(Shown):
    """One boot."""

    fault: str | None = Field(description="Why there is nothing to see.")
    boot: BootRow | None
    reason: str | None = Field(description="Why it was refused, if it was.")
    steps: list[Step]
    notes: list[str]
    before: str | None = Field(description="The id of the boot before, of the same profile.")
    differences: list[Difference]
    changes: Changes | None = Field(
        description="What it was made of differently; null: there is none before."
    )


class BootQuery(Query):
    """Which boot."""

    id: str = Field(max_length=36)


def load_boot(site: Site, query: BootQuery) -> BootPage:
    """Read one boot, and the one before."""
    try:
        with open_journal(site.app) as journal:
            found = journal.get_boot(query.id)
            before = find_boot_before(journal.connection, journal.table, found)
            changes = None
            if before is not None:
                made = find_made(journal, before, "the boot before")
                changes = compare(made, find_made(journal, found, "this boot"))
    except JournalAwayError as error:
        return _build_fault(str(error))
    report = found.pop("report")
    old = {} if before is None else before.pop("report")
    is_edited = None if before is None else before["digest"] != found["digest"]
    row = {name: value for name, value in found.items() if name not in MADE_OF}
    return BootPage(
        fault=None,
        boot=BootRow(**row, is_edited=is_edited),
        reason=report.get("reason"),
        steps=list(_iter_steps(report)),
        notes=report.get("notes", []),
        before=None if before is None else before["id"],
        differences=[] if before is None else _compare(before, old, found, report),
        changes=changes,
    )


def _build_fault(text: str) -> BootPage:
    return BootPage(
        fault=text,
        boot=None,
        reason=None,
        steps=[],
        notes=[],
        before=None,
        differences=[],
        changes=None,
    )


def _iter_steps(report: Mapping[str, Any]) -> Iterator[Step]:
    start_ms = 0.0
    for one in report.get("steps", ()):
        kept = {name: one.get(name, lacking) for name, lacking in KEPT_OF_STEP.items()}
        step = Step(**kept, place=None, start_ms=round(start_ms, 3), config_keys=[])
        yield step
        start_ms += step.import_ms + step.run_ms


def _compare(
    before: Mapping[str, Any],
    old: Mapping[str, Any],
    found: Mapping[str, Any],
    report: Mapping[str, Any],
) -> list[Difference]:
    """Compare what two boots were made of; a rejection was made of nothing."""
    if found["kind"] == "rejection":
        return []
    left = _list_facts(before, old)
    right = _list_facts(found, report)
    names = [*right, *(name for name in left if name not in right)]
    return [
        Difference(what=name, before=left.get(name), after=right.get(name))
        for name in names
        if left.get(name) != right.get(name)
    ]


def _list_facts(boot: Mapping[str, Any], report: Mapping[str, Any]) -> dict[str, str]:
    facts = {"profile digest": boot["digest"], "host": boot["host"]}
    facts |= {f"version {name}": version for name, version in boot["versions"].items()}
    facts |= {name: str(report[name]) for name in ("debug", "runner", "policy") if name in report}
    facts |= {f"patch {one['name']}": f"by {one['by']}" for one in report.get("patches", ())}
    for step in _iter_steps(report):
        reason = f": {step.reason}" if step.reason else ""
        facts[f"step {step.kind} {step.name}"] = f"{step.use}, {step.outcome}{reason}"
    for key, sources in report.get("config", {}).items():
        facts[f"config {key}"] = f"set by {sources[-1]}"
    return facts


PAGE = Page(
    "boot",
    "Boot",
    "One boot, and what is different from the one before.",
    BootPage,
    load_boot,
    BootQuery,
)
