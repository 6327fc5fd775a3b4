"""The documentation is true: its links lead somewhere, its examples hold, it leaves nothing out."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tomllib
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import click
import pytest
from packaging.requirements import Requirement

from assembler.__main__ import command_line
from assembler.commands import COMMANDS
from assembler.commands.lint import command as lint
from assembler.diagnostics.codes import RETIRED
from assembler.language.shape import AppShape, ProfileShape, ServerShape, StepShape
from assembler.planning.loading import load_plan
from assembler.planning.plan import Decision
from assembler.planning.step_forms import iter_forms
from assembler.policy import Settings
from assembler.references.values import RESOLVERS
from assembler.steps.adapters import ADAPTER_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
EXAMPLE = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SHOWN_AS_CODE = re.compile(r"`([^`\n]+)`|^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)
OUR_COMMAND = re.compile(r"(?:\$ )?(?:\w+=\S+ )*(?:python -m )?assembler ([a-z]+)\b(.*)")
END_OF_COMMAND = re.compile(r" (?:>|\||&&|&|;) | >> | \|\| |` ")
CHOICE = re.compile(r"\b(\w+)(?:\|\w+)+\b")
EXAMPLES = [
    pytest.param(example, id=f"{page.relative_to(ROOT)}-{number}")
    for page in PAGES
    for number, example in enumerate(EXAMPLE.findall(page.read_text("utf-8")), start=1)
]


def list_anchors(page: Path) -> set[str]:
    """List what a link into ``page`` may name."""
    headings = HEADING.findall(page.read_text("utf-8"))
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in headings}


def find_missing(page: str, names: Iterable[str]) -> list[str]:
    """Return the ``names`` that a page never shows as code."""
    shown = SHOWN_AS_CODE.findall((DOCS / page).read_text("utf-8"))
    words = {word for pair in shown for text in pair for word in re.findall(r"[$\w]+", text)}
    return [name for name in names if name not in words]


def list_names(kind: str) -> list[str]:
    """List what the tables have of that kind: patch, config or extension."""
    return [form.name for form_kind, form in iter_forms() if form_kind == kind]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_existing_pages_and_headings(page: Path) -> None:
    """No reader is sent to nowhere."""
    broken = []
    for link in LINK.findall(page.read_text("utf-8")):
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        if "://" not in link and (
            not target.exists() or (anchor and anchor not in list_anchors(target))
        ):
            broken.append(link)

    assert broken == []


def test_index_lists_every_page() -> None:
    """The site's navigation is made of it."""
    index = DOCS / "index.md"
    linked = {(DOCS / link.partition("#")[0]).resolve() for link in LINK.findall(index.read_text())}

    assert [page for page in DOCS.rglob("*.md") if page not in {*linked, index}] == []


@pytest.mark.parametrize("example", EXAMPLES)
def test_examples_are_valid_profiles(
    example: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a page shows can be copied: a part of a profile, with the rest around it, has a plan."""
    whole = "" if "version:" in example else "version: 1\n"
    if "app:" not in example:
        whole += "app: {with: {import_name: shop}}\n"
    (tmp_path / "base.yaml").write_text("version: 1\nabstract: true\n", "utf-8")
    (tmp_path / "example.yaml").write_text(whole + example, "utf-8")
    monkeypatch.chdir(tmp_path)

    loaded = load_plan("example.yaml", env={})

    assert loaded.plan.steps
    assert loaded.warnings == ()


def iter_shown_commands(page: Path) -> Iterable[list[str]]:
    """Yield the words of each command of ours that a page shows, after the name."""
    for inline, block in SHOWN_AS_CODE.findall(page.read_text("utf-8")):
        for line in (inline or block).replace("\\\n", " ").splitlines():
            found = OUR_COMMAND.match(line.strip())
            if found is not None and found[1] in COMMANDS:
                words = CHOICE.sub(r"\1", END_OF_COMMAND.split(found[2])[0])
                yield [found[1], *shlex.split(words, comments=True)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_shown_commands_are_taken_by_the_command_line(page: Path) -> None:
    """With the options that a page gives them; what it leaves out may be missing."""
    group = click.Context(command_line, info_name="assembler")
    for name, *words in iter_shown_commands(page):
        command = command_line.get_command(group, name)
        assert command is not None
        with suppress(click.MissingParameter, click.BadOptionUsage):
            command.make_context(name, list(words), parent=group)


def test_make_targets_of_the_readme_exist() -> None:
    """The two commands that do everything are there."""
    targets = set(
        re.findall(r"^make (\w+)$", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    )
    makefile = (ROOT / "Makefile").read_text("utf-8")

    assert targets == {"run", "test"}
    assert targets <= set(re.findall(r"^(\w+):", makefile, re.MULTILINE))


def test_picture_of_a_boot_shows_the_profile() -> None:
    """It is drawn by `make picture`: a file of its own, with the name of each step."""
    drawn = ET.parse(DOCS / "images" / "boot.svg").getroot()  # noqa: S314 - ours
    names = {text.text for text in drawn.iter("{http://www.w3.org/2000/svg}text")}
    loaded = load_plan(ROOT / "profiles" / "web.yaml", env={})

    running = (one for one in loaded.plan.steps if one.decision is Decision.RUNS)
    assert {one.step.name for one in running} <= names


def test_language_page_explains_every_key_and_reference() -> None:
    """A key that a profile may have is explained, and not only listed."""
    models = (ProfileShape, AppShape, ServerShape, StepShape)
    keys = {field.alias or name for one in models for name, field in one.model_fields.items()}

    assert find_missing("language.md", sorted(keys)) == []
    assert find_missing("language.md", RESOLVERS) == []


@pytest.mark.parametrize(("kind", "page"), [("patch", "patches.md"), ("config", "config.md")])
def test_page_has_a_row_for_every_patch_and_source(kind: str, page: str) -> None:
    """What the table has, its page explains."""
    assert find_missing(page, list_names(kind)) == []


def test_extensions_page_explains_every_adapter() -> None:
    """What may stand under ``as`` is on the page of the extensions."""
    assert find_missing("adapters.md", ADAPTER_NAMES) == []


def test_changelog_names_every_catalogue_step() -> None:
    """What a release brings is said."""
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")

    assert [name for name in list_names("extension") if f"`{name}`" not in changelog] == []


def test_changelog_names_every_retired_rule() -> None:
    """By name and number, since both are known for good."""
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")

    assert [one for one in RETIRED if f"`{one.name}` ({one.number})" not in changelog] == []


def test_commands_page_explains_every_command() -> None:
    """What the command line knows is on its page."""
    assert find_missing("commands.md", COMMANDS) == []


def test_linting_page_explains_every_option() -> None:
    """On the page of linting, and not only in the help."""
    page = (DOCS / "linting.md").read_text("utf-8")
    options = [name for option in lint.params for name in option.opts if name.startswith("--")]

    assert "--fail-level" in options
    assert [name for name in options if not re.search(rf"`{name}\b(?!-)", page)] == []


def test_engine_example_of_the_linting_page_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What an editor's author copies finds what it is said to find."""
    page = (DOCS / "linting.md").read_text("utf-8")
    (code,) = re.findall(r"^```python\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    monkeypatch.chdir(tmp_path)

    exec(compile(code, "linting.md", "exec"), {})  # noqa: S102 - the page's own example

    printed = capsys.readouterr().out
    assert "profiles/web.yaml:2:1 error unknown key" in printed
    assert "Did you mean 'extensions'?" in printed
    assert "Fix(" in printed


def test_policy_page_explains_every_key() -> None:
    """What ``[tool.assembler]`` may hold is on its page."""
    assert find_missing("policy-and-secrets.md", Settings.model_fields) == []


def test_dependencies_page_gives_every_dependency_a_reason() -> None:
    """Nothing is installed on anybody's machine without a reason."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    page = (DOCS / "dependencies.md").read_text("utf-8")
    core = [Requirement(text).name for text in project["dependencies"]]
    extras = project["optional-dependencies"]

    assert [name for name in core if f"| {name} | " not in page] == []
    assert [extra for extra in extras if f"| `{extra}` | " not in page] == []


def test_generated_pages_match_the_code() -> None:
    """The reference cannot go stale: `make docs` writes it, and this compares it."""
    done = subprocess.run(
        [sys.executable, DOCS / "generate.py", "--check"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert (done.returncode, done.stderr) == (0, "")
