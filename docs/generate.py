"""Write docs/reference: the pages that come from the code. With --check, only compare."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
from pydantic import BaseModel

from assembler.__main__ import command_line
from assembler.adapters import ADAPTERS
from assembler.codes import CODES
from assembler.commands import COMMANDS
from assembler.options import iter_forms
from assembler.policy import Settings
from assembler.profile import AppSpec, Profile, ServerSpec, Step
from assembler.secrets import HARMLESS_WORDS, SECRET_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic.fields import FieldInfo

REFERENCE = Path(__file__).parent / "reference"
FAMILIES = {
    "1": "YAML",
    "2": "Shape",
    "3": "Composition and interpolation",
    "4": "Patches and runners",
    "5": "Extensions and references",
    "6": "Config",
    "7": "Security and policy",
    "8": "Across profiles",
    "9": "Database",
}
KINDS = {"patch": "Patches", "config": "Config sources", "extension": "Extensions"}


def build_pages() -> dict[str, str]:
    """Give the text of every generated page by its file name."""
    return {
        "profile.md": "".join(_iter_profile()),
        "catalog.md": "".join(_iter_catalog()),
        "codes.md": "".join(_iter_codes()),
        "commands.md": "".join(_iter_commands()),
        "policy.md": "".join(_iter_policy()),
    }


def _iter_profile() -> Iterable[str]:
    yield "# Profile keys\n"
    for title, model in (
        ("Top level", Profile),
        ("`app`", AppSpec),
        ("`server`", ServerSpec),
        ("A step", Step),
    ):
        yield f"\n## {title}\n\n{_render_fields(model)}"
    yield "\n## Adapters\n\nWhat a step may say under `as`: "
    yield ", ".join(f"`{name}`" for name in ADAPTERS) + ".\n"


def _iter_catalog() -> Iterable[str]:
    yield "# Catalogue\n\nWhat a step may use by name, and the options that go under its `with`.\n"
    for kind, title in KINDS.items():
        yield f"\n## {title}\n"
        for form_kind, form in iter_forms():
            if form_kind != kind:
                continue
            yield f"\n### `{form.name}`\n\n{form.summary}\n"
            if form.options is None:
                yield "\nIts options are the values themselves.\n"
            elif form.options.model_fields:
                yield f"\n{_render_fields(form.options)}"


def _iter_codes() -> Iterable[str]:
    yield "# Codes\n\nWhat a diagnostic's code stands for. "
    yield "A number is never given to something else.\n"
    for digit, title in FAMILIES.items():
        family = [code for code in CODES if code.number[3] == digit]
        if not family:
            continue
        yield f"\n## {title}\n\n| code | name | severity |\n| --- | --- | --- |\n"
        for code in family:
            yield f"| {code.number} | `{code.name}` | {code.severity} |\n"


def _iter_commands() -> Iterable[str]:
    yield "# Commands\n"
    root = click.Context(command_line, info_name="assembler", terminal_width=80)
    yield f"\n```text\n{command_line.get_help(root)}\n```\n"
    for name in COMMANDS:
        command = command_line.get_command(root, name)
        assert command is not None
        context = click.Context(command, info_name=name, parent=root, terminal_width=80)
        yield f"\n## `{name}`\n\n```text\n{command.get_help(context)}\n```\n"


def _iter_policy() -> Iterable[str]:
    yield f"# Policy keys\n\n`[tool.assembler]`:\n\n{_render_fields(Settings)}"
    yield "\n## Names of secrets\n\nA key is a secret's if one of these words is in it: "
    yield ", ".join(f"`{word}`" for word in SECRET_WORDS)
    yield ".\nIt is not if one of these is: "
    yield ", ".join(f"`{word}`" for word in sorted(HARMLESS_WORDS)) + ".\n"


def _render_fields(model: type[BaseModel]) -> str:
    rows = [
        f"| `{field.alias or name}` | {_render_default(field)} | {field.description or ''} |\n"
        for name, field in model.model_fields.items()
    ]
    return "| key | default | meaning |\n| --- | --- | --- |\n" + "".join(rows)


def _render_default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    default = field.get_default(call_default_factory=True, validated_data={})
    if isinstance(default, BaseModel):
        return ""
    return f"`{default!r}`" if default not in (None, {}, []) else ""


def main() -> int:
    """Write the pages, or with --check say which of them are stale."""
    stale = []
    for name, text in build_pages().items():
        page = REFERENCE / name
        if "--check" not in sys.argv:
            page.parent.mkdir(exist_ok=True)
            page.write_text(text, "utf-8")
        elif not page.exists() or page.read_text("utf-8") != text:
            stale.append(name)
    if stale:
        sys.stderr.write(f"stale: {', '.join(stale)}; run `make docs`\n")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
