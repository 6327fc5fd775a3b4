"""Write the generated files: docs/reference, the schema and a ConfigMap.

With --check, only compare them.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING

import click
from key_types import describe_keys
from pydantic import BaseModel

from assembler.__main__ import command_line
from assembler.commands import COMMANDS
from assembler.commands.rules import list_facts
from assembler.diagnostics.codes import CODES
from assembler.language.shape import (
    AppShape,
    ProbationShape,
    ProfileShape,
    ServerShape,
    StepShape,
    WorkerShape,
)
from assembler.linting.pages import get_page
from assembler.linting.selection import ALWAYS
from assembler.planning.schema import build_schema
from assembler.planning.step_forms import iter_forms
from assembler.policy import Settings
from assembler.secrets.known import HARMLESS_WORDS, SECRET_WORDS
from assembler.steps.adapters import ADAPTER_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic.fields import FieldInfo

ROOT = Path(__file__).parent.parent
REFERENCE = ROOT / "docs" / "reference"
CONFIG_MAP = ROOT / "deploy" / "kubernetes" / "profiles.yaml"
DEPLOYED = ("base.yaml", "migrations.yaml", "production.yaml", "web.yaml")
SCHEMA = ROOT / "assembler" / "profile.schema.json"
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
CATALOG_HEAD = """\
# Catalogue

What a step may use by name, and the options that go under its `with`.
"""
LEGEND = """\
Types: *text* is a YAML string; *true or false* may also be yes, no, on, off, 1 or 0, in any case;
an *object* is a reference such as `{$import: "shop.models:db"}`. Where no code is named,
`${VARIABLE}` may stand for a value, and becomes what the type says.
"""
PAGES = "../../assembler/linting/pages"
RULES_HEAD = """\
# Rules

Every code that a diagnostic may carry, with a link to its page; `assembler rules CODE` prints the
same page. A number is never reused.

All rules are on by default, including those that only warn; a finding that is not certain is a
warning or an info, and fails a run only with `--fail-level`. Choose among the rules by code, family
(`ASM5`) or name: with `--select` and `--ignore`, or the keys `select` and `ignore` of
`[tool.assembler]`. These are always on, since a run without them would have checked nothing:
{always}.

"lint" tells whether `assembler lint` finds it: "yes"; only with `--env` or `--deep`; or "no" where
it shows only when the app is assembled, served or migrated (`--deep` assembles, too). "fix" tells
whether `assembler lint --fix` fixes it, which it does where the intent is certain.
"""
CONFIG_MAP_HEAD = """\
# The profiles of the boot journal, written by `make docs`; docs/deploy-kubernetes.md explains it.
apiVersion: v1
kind: ConfigMap
metadata:
  name: journal-profiles-1
  labels: {app.kubernetes.io/name: journal}
immutable: true
data:
"""
KINDS = {"patch": "Patches", "config": "Config sources", "extension": "Extensions"}


def build_pages() -> dict[str, str]:
    """Return the text of every generated page by its file name."""
    return {
        "profile.md": "".join(_iter_profile()),
        "catalog.md": "".join(_iter_catalog()),
        "rules.md": "".join(_iter_rules()),
        "commands.md": "".join(_iter_commands()),
        "policy.md": "".join(_iter_policy()),
    }


def _iter_profile() -> Iterable[str]:
    yield f"# Profile keys\n\n{LEGEND}"
    for title, model in (
        ("Top level", ProfileShape),
        ("`app`", AppShape),
        ("`server`", ServerShape),
        ("`server.probation`", ProbationShape),
        ("`worker`", WorkerShape),
        ("A step", StepShape),
    ):
        yield f"\n## {title}\n\n{_render_fields(model)}"
    yield "\n## Adapters\n\nWhat a step may say under `as`: "
    yield ", ".join(f"`{name}`" for name in ADAPTER_NAMES) + ".\n"


def _iter_catalog() -> Iterable[str]:
    yield f"{CATALOG_HEAD}\n{LEGEND}"
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


def _iter_rules() -> Iterable[str]:
    names = [f"`{code.name}`" for code in CODES if code.number in ALWAYS]
    yield RULES_HEAD.format(always=", ".join(names))
    for digit, title in FAMILIES.items():
        family = [code for code in CODES if code.number[3] == digit]
        yield f"\n## {title}\n\nThe family `ASM{digit}xx`.\n\n"
        yield "| code | name | severity | lint | fix | summary |\n"
        yield "| --- | --- | --- | --- | --- | --- |\n"
        for code in family:
            facts = list_facts(code, get_page(code))
            name = f"[{code.name}]({PAGES}/{code.name}.md)"
            more = [facts[column] for column in ("severity", "lint", "fix", "summary")]
            yield f"| {' | '.join([code.number, name, *more])} |\n"


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
    kinds = describe_keys(model)
    rows = [
        f"| `{key}` | {kinds[key]} | {_render_default(field)} | {field.description or ''} |\n"
        for name, field in model.model_fields.items()
        for key in [field.alias or name]
    ]
    return "| key | type | default | meaning |\n| --- | --- | --- | --- |\n" + "".join(rows)


def _render_default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    default = field.get_default(call_default_factory=True, validated_data={})
    if isinstance(default, BaseModel):
        return ""
    return f"`{default!r}`" if default not in (None, {}, []) else ""


def build_files() -> dict[Path, str]:
    """Return the text of every generated file."""
    pages = {REFERENCE / name: text for name, text in build_pages().items()}
    schema = json.dumps(build_schema(), indent=2) + "\n"
    return {**pages, SCHEMA: schema, CONFIG_MAP: CONFIG_MAP_HEAD + "".join(_iter_deployed())}


def _iter_deployed() -> Iterable[str]:
    """Yield the profiles of the default app as the data of a ConfigMap."""
    for name in DEPLOYED:
        yield f"  {name}: |\n"
        yield indent((ROOT / "profiles" / name).read_text("utf-8"), "    ")


def main() -> int:
    """Write the files, or with --check report which of them are stale."""
    stale = []
    for file, text in build_files().items():
        if "--check" not in sys.argv:
            file.parent.mkdir(exist_ok=True)
            file.write_text(text, "utf-8")
        elif not file.exists() or file.read_text("utf-8") != text:
            stale.append(file.name)
    if stale:
        sys.stderr.write(f"stale: {', '.join(stale)}; run `make docs`\n")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
