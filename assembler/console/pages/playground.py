"""Let a profile be edited and linted, and show what would change; nothing is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import Field

from assembler.comparing.snapshot import restore_values, take_values
from assembler.console.changes import ValueChange, list_changes
from assembler.console.playground import LIMIT_TEXT_BYTES
from assembler.console.shown import Page, Query, Shown
from assembler.console.source import mask_source
from assembler.files import read_file
from assembler.secrets.fingerprints import make_key
from assembler.secrets.plain import mask_plain

if TYPE_CHECKING:
    from assembler.console.site import Site

__all__ = ["PAGE", "PlaygroundPage"]

UNKNOWN = "The profile that runs has no such file."
UNREADABLE = "The file cannot be read now, or is too long."


class Found(Shown):
    """Something that `lint` says of the text."""

    code: str
    name: str
    severity: str
    message: str
    hint: str | None
    path: str
    line: int
    column: int


class PlannedStep(Shown):
    """A step as it is planned."""

    kind: str
    name: str
    use: str
    decision: str = Field(description="runs, skipped, or decided at run.")
    reason: str | None
    place: str = Field(description="As `path:line:column`.")


class Outcome(Shown):
    """What the text would make of the profile."""

    diagnostics: list[Found]
    steps: list[PlannedStep] | None = Field(description="null: the text is no profile.")
    values: list[ValueChange] = Field(
        description="What is not as it runs, before variables are filled in."
    )


class PlaygroundPage(Shown):
    """A text in the place of a file of the profile, and what it would change."""

    fault: str | None = Field(description="Why there is no text to begin with.")
    files: list[str] = Field(description="The files that the profile is composed of.")
    file: str = Field(description="The one that the text is in the place of.")
    text: str = Field(description="Secret values are `***`, and mean what they are.")
    outcome: Outcome | None = Field(description="null: nothing was sent to be checked.")


class FileQuery(Query):
    """Which file."""

    file: str = Field("", max_length=4096, description="One of `files`; default: the profile.")


class TextForm(FileQuery):
    """A text in its place."""

    text: str = Field(description=f"At most {LIMIT_TEXT_BYTES} bytes.")


def load_playground(site: Site, query: FileQuery) -> PlaygroundPage:
    """Read a file of the profile as it is on disk, with its secrets masked."""
    page = _build_page(site, query.file)
    path = site.loaded.plan.profile.composed.files.get(page.file)
    if path is None:
        page.fault = UNKNOWN
        return page
    try:
        text = read_file(path, LIMIT_TEXT_BYTES).decode("utf-8-sig")
        page.text = mask_source(text, page.file, site.mask)
    except (OSError, ValueError):
        page.fault = UNREADABLE
    return page


def check_text(site: Site, form: TextForm, client: str) -> PlaygroundPage:
    """Lint the text in the place of the file, and compare with what runs."""
    page = _build_page(site, form.file)
    if page.file not in page.files:
        page.fault = UNKNOWN
        return page
    request = _build_request(site, page.file, form.text)
    found = mask_plain(site.playground.check(request, client), site.mask)
    page.text = form.text  # not parsed here: only in a process of its own it may take its time
    page.outcome = Outcome(
        diagnostics=[Found(**one) for one in found["diagnostics"]],
        steps=found["steps"] and [PlannedStep(**one) for one in found["steps"]],
        values=_compare(site, found["values"]),
    )
    return page


def _build_request(site: Site, file: str, text: str) -> dict[str, Any]:
    composed, policy = site.loaded.plan.profile.composed, site.loaded.policy.path
    return {
        "profile": composed.path,
        "files": list(composed.files),
        "policy": None if policy is None else str(policy),
        "file": file,
        "text": text.encode("utf-8", "replace").decode(),
    }


def _build_page(site: Site, file: str) -> PlaygroundPage:
    composed = site.loaded.plan.profile.composed
    files = list(composed.files)
    return PlaygroundPage(
        fault=None, files=files, file=file or composed.path, text="", outcome=None
    )


def _compare(site: Site, values: list[dict[str, Any]] | None) -> list[ValueChange]:
    if values is None:
        return []
    # As it is written: what its variables hold is not for somebody who may write any of them.
    running = take_values(site.loaded.plan.profile.composed.root, site.mask, make_key()).shown
    return list_changes(restore_values(running, {}), restore_values(values, {}))


PAGE = Page(
    "playground",
    "Playground",
    "Edit the profile, lint it, and see what would change; nothing is written.",
    PlaygroundPage,
    load_playground,
    FileQuery,
    TextForm,
    check_text,
)
