"""Print what a step may write about an object of Python."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Place, ProfileError
from assembler.diagnostics.faults import StepFault
from assembler.modules.descriptions import describe_object
from assembler.modules.module_index import ModuleIndex, find_module_folders
from assembler.rendering.table import render_table

if TYPE_CHECKING:
    from assembler.modules.descriptions import Described, DescribedOption
    from assembler.policy import Policy

__all__ = ["find_object", "render_object", "to_dict"]

UNKNOWN = "not known without importing it"


def find_object(text: str, policy: Policy) -> Described:
    """Describe what an object reference names; reads the files of its modules.

    Raises:
        ProfileError: if it names nothing, or nothing that can be given to an app.
    """
    index = ModuleIndex(find_module_folders(policy, Path.cwd()))
    try:
        return describe_object(index, text)
    except StepFault as fault:
        code = fault.code or codes.BAD_OBJECT_REFERENCE
        found = code.at(
            Place(text.removesuffix(":")), fault.message, hint=fault.hint, related=fault.related
        )
        raise ProfileError([found]) from fault


def to_dict(name: str, found: Described) -> dict[str, Any]:
    """Return it as `--output-format json` prints it; options that are not known are null."""
    options = {"with": found.options, **({"init": found.init} if found.has_init else {})}
    return {
        "kind": "object",
        "name": name,
        "is": str(found.kind),
        "as": found.adapter,
        "summary": found.summary,
        **{
            key: None if listed is None else [one._asdict() for one in listed]
            for key, listed in options.items()
        },
    }


def render_object(name: str, found: Described) -> str:
    """Return what the object is, and the options of `with` and `init` as tables."""
    attached = f", as: {found.adapter}" if found.adapter else ""
    title = f"{name} ({found.kind}{attached})"
    parts = [f"{title}: {found.summary}\n" if found.summary else f"{title}\n"]
    parts.append(_render_options("with", found.options))
    if found.has_init:
        parts.append(_render_options("init", found.init))
    return "\n".join(parts)


def _render_options(key: str, options: list[DescribedOption] | None) -> str:
    if not options:
        return f"  {key}: {UNKNOWN if options is None else 'nothing'}\n"
    rows = [
        [f"  {one.name}", "required" if one.default is None else one.default, one.type, one.meaning]
        for one in options
    ]
    return render_table([f"  {key}", "default", "type", "meaning"], rows)
