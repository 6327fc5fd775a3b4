"""List what a profile may name without saying where it lives, and render it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

from assembler.planning.step_forms import iter_forms
from assembler.rendering.table import render_table
from assembler.serving.choice import SERVERS
from assembler.steps import catalog, patches, sources
from assembler.steps.adapters import ADAPTER_NAMES, get_adapter
from assembler.steps.forms import CatalogStep, Group

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pydantic.fields import FieldInfo

    from assembler.planning.step_forms import Form

__all__ = ["ALWAYS_LISTED", "KINDS", "Entry", "iter_entries", "render_entry", "render_list"]


class Kind(NamedTuple):
    """A kind of entry: its heading, and the entry-point group of other distributions."""

    title: str
    group: str | None = None


KINDS = {
    "patch": Kind("patches", patches.GROUP),
    "config": Kind("config sources", sources.GROUP),
    "extension": Kind("extensions", catalog.GROUP),
    "adapter": Kind("adapters"),
    "server": Kind("servers"),
}
ALWAYS_LISTED = ("patch", "config", "extension")


class Entry(NamedTuple):
    """One name, and what it stands for."""

    kind: str
    name: str
    summary: str
    form: Form | None = None  # ``None``: of an adapter or a server
    options: tuple[str, ...] = ()  # of an adapter

    @property
    def heading(self) -> str:
        """The heading below which it is listed: of extensions, what they are for."""
        title = KINDS[self.kind].title
        return f"{title}: {self.form.group}" if isinstance(self.form, CatalogStep) else title

    def to_dict(self) -> dict[str, Any]:
        """Return it as `--output-format json` prints it."""
        common = {"kind": self.kind, "name": self.name, "summary": self.summary}
        if self.form is None:
            return common
        group = {"group": self.form.group} if isinstance(self.form, CatalogStep) else {}
        model = self.form.options
        return {**common, **group, "options": None if model is None else model.model_json_schema()}


def iter_entries(kinds: Iterable[str]) -> Iterator[Entry]:
    """Yield what there is of these kinds, extensions by what they are for."""
    forms = [Entry(kind, form.name, form.summary, form) for kind, form in iter_forms()]
    forms.sort(key=_get_rank)
    adapters = map(get_adapter, ADAPTER_NAMES)
    entries = [
        *forms,
        *(Entry("adapter", one.name, one.summary, options=one.options or ()) for one in adapters),
        *(Entry("server", name, summary) for name, summary in SERVERS.items()),
    ]
    return (one for one in entries if one.kind in kinds)


def _get_rank(entry: Entry) -> int:
    if not isinstance(entry.form, CatalogStep):
        return -1
    groups = get_args(Group)
    return groups.index(entry.form.group) if entry.form.group in groups else len(groups)


def render_list(entries: Iterable[Entry]) -> str:
    """Return a table of names and summaries, by their headings."""
    rows: list[list[str]] = []
    heading = ""
    for one in entries:
        if one.heading != heading:
            heading = one.heading
            rows.append([heading, ""])
        rows.append([f"  {one.name}", one.summary])
    return render_table(["name", "summary"], rows)


def render_entry(entry: Entry) -> str:
    """Return its name and summary, and its options as a table."""
    title = f"{entry.name} ({entry.kind}): {entry.summary}\n"
    if entry.form is None:
        return title + (f"\n  with: {', '.join(entry.options)}\n" if entry.options else "")
    if entry.form.options is None:
        return f"{title}\n  with: the values themselves\n"
    rows = [
        [f"  {field.alias or name}", _render_default(field), field.description or ""]
        for name, field in entry.form.options.model_fields.items()
    ]
    return title + ("\n" + render_table(["  option", "default", "meaning"], rows) if rows else "")


def _render_default(field: FieldInfo) -> str:
    """Return a default as JSON; of none at all its description says what happens then."""
    if field.is_required():
        return "required"
    default = field.get_default(call_default_factory=True, validated_data={})
    return "" if default is None else json.dumps(default, default=str)
