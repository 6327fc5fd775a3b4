"""Test each format of `lint`: what reads it gets all of it, and nothing else.

The reports are read as those read them for whom they are made: against published schemas, and by
parsers as strict as theirs.
"""

from __future__ import annotations

import html
import json
import re
from contextlib import chdir
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import pytest
import xmlschema
from jsonschema import Draft4Validator  # type: ignore[import-untyped]  # it has no types

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Edit, Fix, Place, Related, Severity, Span
from assembler.linting.engine import Linter
from assembler.linting.output import FORMATS, render_findings
from assembler.linting.selection import build_selection
from assembler.linting.targets import Target
from assembler.policy import find_policy
from assembler.rendering.findings import Findings, find_checkout
from tests.support.processes import ROOT, run_cli

if TYPE_CHECKING:
    from assembler.diagnostics.diagnostic import Diagnostic

SCHEMAS = Path(__file__).parent.parent.parent / "support" / "schemas"
BROKEN = Path(__file__).parent.parent.parent / "profiles" / "broken"
NASTY = "50%, a: ::b,\r\n]]> & <x> \x1b[31m \x00 \ud800 日本 [text](1) {0}"
LINES = ["version: 1", "debug: yes", "password: hunter2", "name: one", "name: one", "x: {y: 日本}"]
REPORTS = [name for name in FORMATS if name not in ("full", "concise")]

by_format = pytest.mark.parametrize("output_format", FORMATS)


def find(line: int = 2, message: str = "it is wrong", **more: Any) -> Diagnostic:  # noqa: ANN401
    """Return a warning of a line of ``a b/ü.yaml``."""
    place = Place("a b/ü.yaml", Span(line, 1, line, 5))
    return codes.BOOLEAN_WORD.at(place, message, **more)


def collect(*found: Diagnostic, lines: list[str] | None = None, **more: Any) -> Findings:  # noqa: ANN401
    """Return findings in a file with these lines."""
    text = "".join(f"{line}\n" for line in lines or LINES)
    ordered = tuple(sorted(set(found), key=lambda one: one.sort_key))
    facts = {"checkout": Path.cwd(), "sources": {"a b/ü.yaml": text}, **more}
    return Findings(ordered, ("a b/ü.yaml",), **facts)


@cache
def get_sarif_validator() -> Draft4Validator:
    """Return what validates a log against the schema that OASIS has published."""
    schema = json.loads((SCHEMAS / "sarif-2.1.0.json").read_text("utf-8"))
    Draft4Validator.check_schema(schema)
    return Draft4Validator(schema)


@cache
def get_junit_schema() -> xmlschema.XMLSchema:
    """Return the schema that Jenkins reads JUnit's reports by."""
    return xmlschema.XMLSchema(SCHEMAS / "junit-10.xsd")


def read_sarif(findings: Findings) -> dict[str, Any]:
    """Return the one run of a log that is valid."""
    log = json.loads(render_findings(findings, "sarif"))
    assert [error.message for error in get_sarif_validator().iter_errors(log)] == []
    run: dict[str, Any] = log["runs"][0]
    return run


def read_junit(findings: Findings) -> ET.Element:
    """Return the root of a report that is valid."""
    text = render_findings(findings, "junit")
    get_junit_schema().validate(text)
    return ET.fromstring(text)  # noqa: S314 - of our own making


def read_github(findings: Findings) -> list[tuple[str, dict[str, str], str]]:
    """Return the commands, as GitHub's runner takes them apart."""
    commands = []
    for line in render_findings(findings, "github").splitlines():
        match = re.fullmatch(r"::(error|warning|notice) ([^:]*)::(.*)", line)
        assert match is not None, line
        pairs = [one.split("=", 1) for one in match[2].split(",")]
        commands.append((match[1], {name: unquote(text) for name, text in pairs}, match[3]))
    return commands


def lint_all(folder: Path) -> Findings:
    """Lint every profile of ``folder``, which is the current one."""
    targets = [Target(path.name) for path in sorted(folder.glob("*.yaml"))]
    linter = Linter(find_policy({}, folder), build_selection([], []))
    outcome = linter.lint(targets)
    return Findings(outcome.diagnostics, outcome.paths, folder)


@by_format
def test_nothing_found_is_valid_in_every_format(output_format: str) -> None:
    """A run without findings writes what a reader takes for none, and people read nothing."""
    text = render_findings(collect(), output_format)

    if output_format in ("full", "concise", "github"):
        assert text == ""
    elif output_format in ("json", "gitlab"):
        assert json.loads(text) == []
    elif output_format == "sarif":
        assert read_sarif(collect())["results"] == []
    else:
        assert [case.find("failure") for case in read_junit(collect()).iter("testcase")] == [None]


@by_format
def test_broken_yaml_is_a_finding_in_every_format(
    output_format: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its code and its line."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "broken.yaml").write_text("version: 1\na: [\n")

    text = render_findings(lint_all(tmp_path), output_format)

    assert ("yaml-syntax" if output_format == "gitlab" else "ASM101") in text
    assert "broken.yaml" in text


@by_format
def test_what_a_user_wrote_steers_no_terminal_and_breaks_no_report(output_format: str) -> None:
    """Control characters, markup, commands and lone surrogates are escaped."""
    findings = collect(find(message=NASTY, hint=NASTY, related=(Related(Place("b"), NASTY),)))

    text = render_findings(findings, output_format)

    text.encode()
    assert all(line.isprintable() for line in text.splitlines())
    if output_format == "sarif":
        assert "50%" in read_sarif(findings)["results"][0]["message"]["text"]
    elif output_format == "junit":
        output = read_junit(findings).findtext(".//system-out") or ""
        assert "]]> & <x>" in output
    elif output_format == "github":
        assert len(read_github(findings)) == 1


@by_format
def test_no_format_shows_a_secret(output_format: str) -> None:
    """Not in the excerpt, not in a URL of a message, not in the text that a fix puts in place."""
    place = Place("a b/ü.yaml", Span(3, 11, 3, 18))
    found = codes.LITERAL_SECRET.at(
        place,
        "in 'postgresql://u:hunter2@h/x'",
        hint="Not postgresql://u:hunter2@h/x.",
        related=(Related(place, "as postgresql://u:hunter2@h/x"),),
        fix=Fix("Quote it", (Edit(place, '"hunter2"'),)),
    )

    assert "hunter2" not in render_findings(collect(found), output_format)


@pytest.fixture(scope="module")
def linted_twice() -> tuple[Findings, Findings]:
    """Return what is found in all broken profiles, by two linters."""
    with chdir(BROKEN):
        return lint_all(BROKEN), lint_all(BROKEN)


@by_format
def test_the_same_findings_give_the_same_bytes(
    output_format: str, linted_twice: tuple[Findings, Findings], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over all broken profiles, linted twice; every report is one that its readers take."""
    monkeypatch.chdir(BROKEN)
    first, second = linted_twice

    text = render_findings(first, output_format)

    assert len(first.diagnostics) > 100
    assert text == render_findings(second, output_format)
    if output_format == "sarif":
        assert len(read_sarif(first)["results"]) == len(first.diagnostics)
    elif output_format == "junit":
        assert {case.get("name") for case in read_junit(first).iter("testcase")} >= {*first.paths}
    elif output_format == "github":
        assert len(read_github(first)) == len(first.diagnostics)
    elif output_format == "gitlab":
        prints = [issue["fingerprint"] for issue in json.loads(text)]
        assert len(set(prints)) == len(prints) == len(first.diagnostics)


@pytest.mark.parametrize("output_format", REPORTS)
def test_paths_of_a_report_are_those_of_the_checkout(output_format: str) -> None:
    """A job that runs in a folder of it still names files as the service knows them."""
    findings = collect(find(), checkout=Path.cwd().parent)

    text = render_findings(findings, output_format)

    shown = "a b/ü.yaml" if output_format == "json" else f"{Path.cwd().name}/a b/ü.yaml"
    text = html.unescape(unquote(text) if output_format == "sarif" else text)
    text = json.dumps(json.loads(text), ensure_ascii=False) if text[0] in "[{" else text
    assert shown in text


def test_a_checkout_is_what_the_service_says_if_the_run_is_inside() -> None:
    """Else the current folder."""
    here = Path("/builds/shop/web")

    assert find_checkout({"CI_PROJECT_DIR": "/builds/shop"}, here) == Path("/builds/shop")
    assert find_checkout({"GITHUB_WORKSPACE": "/elsewhere"}, here) == here
    assert find_checkout({"GITHUB_WORKSPACE": ""}, here) == here


def test_sarif_names_the_rules_that_found_something_with_their_pages() -> None:
    """Each once, by number; a result points at its rule."""
    run = read_sarif(collect(find(2), find(4), codes.TAB.at(Place("b.yaml"), "a tab")))

    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["ASM108", "ASM117"]
    assert rules[1]["name"] == "boolean-word"
    assert rules[1]["shortDescription"]["text"].endswith(".")
    assert "## Use instead" in rules[1]["help"]["markdown"]
    assert rules[1]["defaultConfiguration"] == {"level": "warning"}
    assert [rules[one["ruleIndex"]]["id"] for one in run["results"]] == [
        one["ruleId"] for one in run["results"]
    ]


def test_sarif_places_count_code_points_from_1_and_end_behind() -> None:
    """A path is a URI below the checkout; one outside of it a file's."""
    place = Place("a b/ü.yaml", Span(6, 8, 6, 10))
    found = codes.SERVER_KEYS_NOT_IN_FORCE.at(
        place, "it", related=(Related(Place("/x y"), "there"),)
    )

    run = read_sarif(collect(found))

    result = run["results"][0]
    location = result["locations"][0]["physicalLocation"]
    assert (result["level"], run["columnKind"]) == ("note", "unicodeCodePoints")
    assert location["artifactLocation"] == {
        "uri": "a%20b/%C3%BC.yaml",
        "uriBaseId": "%SRCROOT%",
    }
    assert location["region"] == {"startLine": 6, "startColumn": 8, "endLine": 6, "endColumn": 10}
    related = result["relatedLocations"][0]
    assert related["physicalLocation"]["artifactLocation"] == {"uri": "file:///x%20y"}
    assert related["message"] == {"text": "there"}


def test_sarif_and_json_carry_the_fix() -> None:
    """Its edits, each with the text that it puts in place."""
    place = Place("a b/ü.yaml", Span(2, 8, 2, 11))
    findings = collect(find(fix=Fix("Quote it", (Edit(place, '"yes"'),))))

    result = read_sarif(findings)["results"][0]
    listed = json.loads(render_findings(findings, "json"))[0]

    assert result["fixes"][0]["artifactChanges"][0]["replacements"] == [
        {
            "deletedRegion": {"startLine": 2, "startColumn": 8, "endLine": 2, "endColumn": 11},
            "insertedContent": {"text": '"yes"'},
        }
    ]
    assert listed["fix"]["message"] == "Quote it"
    assert [edit["text"] for edit in listed["fix"]["edits"]] == ['"yes"']
    assert listed["url"] is None


def test_a_text_that_looks_like_a_link_is_none_in_sarif() -> None:
    """A profile must not put links into somebody's list of alerts."""
    result = read_sarif(collect(find(message="it is '[here](https://example.org)'")))["results"][0]

    assert result["message"]["text"] == r"it is '\[here\](https://example.org)'"


@pytest.mark.parametrize("output_format", ["sarif", "gitlab"])
def test_a_fingerprint_stays_when_lines_move(output_format: str) -> None:
    """And is another for each finding, also where two lines are the same."""
    before = collect(find(2), find(4), find(5))
    after = collect(find(4), find(6), find(7), lines=["# one", "# two", *LINES])

    def read(findings: Findings) -> list[str]:
        if output_format == "gitlab":
            return [one["fingerprint"] for one in json.loads(render_findings(findings, "gitlab"))]
        results = read_sarif(findings)["results"]
        return [one["partialFingerprints"]["assembler/v1"] for one in results]

    assert read(before) == read(after)
    assert len(set(read(before))) == 3


def test_github_commands_escape_properties_and_data_differently() -> None:
    """A colon and a comma would end a property, and only a line's end ends the data."""
    place = Place("a,b:c%.yaml", Span(2, 1, 3, 4))
    found = codes.TAB.at(place, "50%, a: b", hint="Do it.")

    text = render_findings(collect(found), "github")

    assert text == (
        "::error file=a%2Cb%3Ac%25.yaml,line=2,col=1,endLine=3,endColumn=4,title=ASM108 tab"
        "::a,b:c%25.yaml:2:1: 50%25, a: b [tab]%0ADo it.\n"
    )
    assert read_github(collect(found))[0][1]["file"] == "a,b:c%.yaml"


def test_github_and_gitlab_know_three_severities() -> None:
    """Error, warning and info, in their words."""
    found = [
        codes.TAB.at(Place("a"), "x"),
        find(),
        codes.SERVER_KEYS_NOT_IN_FORCE.at(Place("c"), "x"),
    ]

    commands = [name for name, _, _ in read_github(collect(*found))]
    issues = json.loads(render_findings(collect(*found), "gitlab"))

    assert commands == ["error", "warning", "notice"]
    assert [issue["severity"] for issue in issues] == ["major", "minor", "info"]
    assert issues[1]["location"] == {"path": "a b/ü.yaml", "lines": {"begin": 2, "end": 2}}
    assert issues[1]["check_name"] == "boolean-word"


@pytest.mark.parametrize(("level", "failing"), [("error", ["b"]), ("warning", ["a b/ü.yaml", "b"])])
def test_a_junit_case_fails_by_what_makes_the_run_fail(level: str, failing: list[str]) -> None:
    """A file is a case, clean or not; what does not fail it is its output."""
    found = [codes.TAB.at(Place("b"), "x"), codes.TAB.at(Place("b"), "y"), find()]
    findings = collect(*found, fail_level=Severity(level))

    root = read_junit(findings)

    cases = list(root.iter("testcase"))
    assert [case.get("name") for case in cases] == ["a b/ü.yaml", "b"]
    assert [case.get("name") for case in cases if case.find("failure") is not None] == failing
    assert root.get("failures") == str(len(failing))
    said = cases[1].findtext("failure") or ""
    assert "[tab]" in said
    assert len(said.splitlines()) == 2


def test_findings_that_differ_only_in_their_hints_keep_their_order(tmp_path: Path) -> None:
    """Whatever Python's hashes are in this run."""
    script = (
        "from assembler.diagnostics.codes import TAB\n"
        "from assembler.diagnostics.diagnostic import Place\n"
        "from assembler.rendering.diagnostics import render_diagnostics\n"
        "found = [TAB.at(Place('a'), 'x', hint=f'Do {n}.') for n in range(20)]\n"
        "print(render_diagnostics([*found, *found]))"
    )

    outputs = {run_cli(["-c", script], tmp_path, {"PYTHONHASHSEED": seed}).stdout for seed in "123"}

    assert len(outputs) == 1
    assert [line for text in outputs for line in text.splitlines() if "hint" in line] == [
        f"  hint: Do {number}." for number in range(20)
    ]


def test_every_format_is_documented() -> None:
    """On the page of linting."""
    page = (ROOT / "docs" / "linting.md").read_text("utf-8")

    assert [name for name in FORMATS if f"`{name}`" not in page] == []
