"""Print the rules, or the page of one."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import click

from assembler.commands.arguments import output_format_option
from assembler.commands.completion import complete_rule
from assembler.diagnostics.codes import find_code, find_retired
from assembler.linting.fixable import FIXABLE
from assembler.linting.pages import get_page
from assembler.linting.rules import CHECKED
from assembler.linting.selection import ALWAYS, match_codes
from assembler.rendering.console import write_error
from assembler.rendering.table import render_table

if TYPE_CHECKING:
    from assembler.diagnostics.diagnostic import Code
    from assembler.linting.pages import RulePage

__all__ = ["command", "list_facts"]

COLUMNS = ("code", "name", "severity", "default", "lint", "fix", "summary")
NEEDED = ("--env", "--deep")
LINT = re.compile(r"assembler lint\b([^|;&]*)")  # and its options
EPILOG = """\b
Examples:
  assembler rules
  assembler rules ASM5
  assembler rules unknown-name
  assembler rules --output-format json
"""


@click.command("rules", short_help="Print what a code means.", epilog=EPILOG)
@click.argument("rule", required=False, metavar="[CODE|NAME]", shell_complete=complete_rule)
@output_format_option
def command(*, rule: str | None, output_format: str | None) -> int:
    """Print all rules, or those of a family (ASM5); with CODE or NAME, the page of that rule.

    The column "lint" tells whether `assembler lint` finds it, and with which option; what it does
    not find shows when the profile is run. "fix" tells whether `assembler lint --fix` fixes it,
    which it does where the intent is certain.
    """
    code = None if rule is None else find_code(rule)
    if code is not None:
        page = get_page(code)
        facts = {**list_facts(code, page), "page": page.text}
        click.echo(
            json.dumps([facts], indent=2) + "\n" if output_format == "json" else page.text,
            nl=False,
        )
        return 0
    retired = None if rule is None else find_retired(rule)
    if retired is not None:
        write_error(f"warning: {retired}")
        return 0
    try:
        codes = match_codes(rule or "ALL")
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    rows = [list_facts(one, get_page(one)) for one in codes]
    if output_format == "json":
        click.echo(json.dumps(rows, indent=2))
    else:
        click.echo(render_table(COLUMNS, [list(row.values()) for row in rows]), nl=False)
    return 0


def list_facts(code: Code, page: RulePage) -> dict[str, str]:
    """Return the row of a rule, by column."""
    return {
        "code": code.number,
        "name": code.name,
        "severity": str(code.severity),
        "default": "always" if code.number in ALWAYS else "on",
        "lint": _tell_lint(code, page),
        "fix": "yes" if code.number in FIXABLE else "no",
        "summary": page.summary,
    }


def _tell_lint(code: Code, page: RulePage) -> str:
    """Return whether lint finds it, by the example of its page, which the tests run."""
    commands = page.example.commands
    options = [given for one in commands for given in LINT.findall(one)]
    needed = next((name for name in NEEDED for given in options if name in given), None)
    if not commands or any("--" not in given for given in options):
        return "yes"
    return needed or ("yes" if code.name in CHECKED else "no")
