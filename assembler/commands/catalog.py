"""Print what a step may use, and its options."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from assembler.commands.arguments import output_format_option
from assembler.diagnostics.diagnostic import Collector
from assembler.diagnostics.suggestion import render_suggestion
from assembler.planning.step_forms import iter_form_faults, iter_forms
from assembler.rendering.console import write_diagnostics
from assembler.rendering.table import render_table

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

    from assembler.rendering.diagnostics import OutputFormat
    from assembler.steps.forms import CatalogStep, Patch, Source
from assembler.steps.entry_points import ignore_current_folder

__all__ = ["command"]

EPILOG = """\b
Examples:
  assembler catalog
  assembler catalog database
  assembler catalog --output-format json
"""


@click.command("catalog", short_help="Print what a step may use, and its options.", epilog=EPILOG)
@click.argument("name", required=False)
@output_format_option
def command(*, name: str | None, output_format: OutputFormat | None) -> int:
    """Print what a step may use: patches, config sources and extensions; with NAME, its options."""
    ignore_current_folder()
    forms = [(kind, form) for kind, form in iter_forms() if name in (None, form.name)]
    found = Collector([one for other, one in iter_form_faults() if name in (None, other)])
    if not forms and not found.has_errors:
        known = [form.name for _, form in iter_forms()]
        hint = render_suggestion(name or "", known, f"The names are {', '.join(known)}.")
        raise click.UsageError(f"unknown catalogue name '{name}'. {hint}")
    if output_format == "json":
        click.echo(json.dumps([_to_dict(kind, form) for kind, form in forms], indent=2))
    elif name is None:
        rows = [[kind, form.name, form.summary] for kind, form in forms]
        click.echo(render_table(["kind", "name", "summary"], rows), nl=False)
    else:
        click.echo("\n".join(_render_form(kind, form) for kind, form in forms), nl=False)
    if found.found and output_format != "json":
        write_diagnostics(found.found, output_format)
    return 1 if found.has_errors else 0


def _to_dict(kind: str, form: CatalogStep | Patch | Source) -> dict[str, Any]:
    return {
        "kind": kind,
        "name": form.name,
        "summary": form.summary,
        "options": None if form.options is None else form.options.model_json_schema(),
    }


def _render_form(kind: str, form: CatalogStep | Patch | Source) -> str:
    title = f"{form.name} ({kind}): {form.summary}\n"
    if form.options is None:
        return f"{title}\n  with: the values themselves\n"
    rows = [
        [f"  {field.alias or name}", _render_default(field), field.description or ""]
        for name, field in form.options.model_fields.items()
    ]
    return title + ("\n" + render_table(["  option", "default", "meaning"], rows) if rows else "")


def _render_default(field: FieldInfo) -> str:
    return "required" if field.is_required() else json.dumps(field.get_default(), default=str)
