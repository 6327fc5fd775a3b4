"""Every code has a page; what its example shows is reported, and its remedy is clean.

An example is carried out as a reader would: its files are written into a new project, and its
commands are run there, `assembler lint` if it names none. The files of the remedy then replace
those of the same name. `assembler lint` then has nothing to say; a remedy with commands of its own
runs those instead, and they end well without naming the code.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from assembler.diagnostics.codes import CODES
from assembler.linting import pages, rules
from assembler.linting.pages import HEADINGS, get_page
from assembler.linting.rules import CHECKED, get_rule
from tests.support.rule_examples import RuleProject, make_project

if TYPE_CHECKING:
    from assembler.diagnostics.diagnostic import Code

by_code = pytest.mark.parametrize("code", CODES, ids=[code.name for code in CODES])


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RuleProject:
    """Return a new, empty project, which is the current directory."""
    monkeypatch.chdir(tmp_path)
    return make_project(tmp_path)


@by_code
def test_a_page_has_its_title_and_four_headings(code: Code) -> None:
    """Each has a title, a summary of one line and the four headings, with text below each."""
    page = get_page(code)

    assert page.title == f"{code.name} ({code.number})"
    assert page.summary
    assert "\n" not in page.summary
    assert page.summary.endswith(".")
    assert tuple(page.sections) == HEADINGS
    assert all(page.sections.values())


def test_every_page_belongs_to_a_code() -> None:
    """No page of a code that does not exist is left behind."""
    stems = {file.stem for file in Path(pages.__file__).parent.glob("*.md")}

    assert stems == {code.name for code in CODES}


@pytest.mark.parametrize("name", CHECKED)
def test_a_rule_holds_a_check_for_its_code(name: str) -> None:
    """The module's name is the code's."""
    rule = get_rule(name)

    assert rule.code.name == name
    assert rule.check_file or rule.check_profile or rule.check_folder


def test_every_rule_is_listed() -> None:
    """No module beside the listed ones, other than their form."""
    stems = {file.stem for file in Path(rules.__file__).parent.glob("*.py")}

    assert stems - {"__init__", "form"} == {name.replace("-", "_") for name in CHECKED}


@by_code
def test_the_example_is_reported_and_its_remedy_is_clean(code: Code, project: RuleProject) -> None:
    """The example earns the code; with the remedy in its place, nothing is said."""
    page = get_page(code)

    project.write(page.example.files)
    reported = project.run(page.example.commands)
    project.write(page.remedy.files)
    remedied = project.run(page.remedy.commands)

    assert code.name in reported.names, reported.output
    assert code.name not in remedied.names, remedied.output
    assert remedied.is_clean, remedied.output


def test_the_checked_rules_are_in_the_order_of_their_codes() -> None:
    """The table reads like the reference: by number, each once."""
    numbers = [get_rule(name).code.number for name in CHECKED]

    assert numbers == sorted(set(numbers))
