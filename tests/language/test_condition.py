"""Test what `when` may say, and what is made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assembler.diagnostics.diagnostic import Collector
from assembler.document.document import parse_document
from assembler.language.condition import Condition, Facts, Verdict, parse_condition
from assembler.language.interpolation import interpolate

if TYPE_CHECKING:
    from collections.abc import Mapping


def parse(text: str, env: Mapping[str, str] | None = None) -> tuple[Condition | None, Collector]:
    """Read ``when: text``, filled in from ``env``."""
    found = Collector()
    root = parse_document(f"when: {text}\n".encode(), "p.yaml", found)
    assert root is not None
    when = interpolate(root, env or {}, found).get("when")
    assert when is not None
    return parse_condition(when, found), found


def ask(text: str, env: Mapping[str, str] | None = None, facts: Facts = Facts()) -> Verdict:  # noqa: B008 - immutable
    """Ask a condition that is sound."""
    condition, _ = parse(text, env)
    assert condition is not None
    return condition(facts)


@pytest.mark.parametrize(
    ("text", "holds"),
    [("true", True), ("false", False), ("yes", True), ("off", False), ("'${X:-1}'", True)],
)
def test_a_boolean_holds_as_it_reads(text: str, holds: bool) -> None:  # noqa: FBT001 - a table
    """The words of flags are booleans without quotes, too."""
    assert ask(text).value is holds


@pytest.mark.parametrize(
    ("value", "holds"),
    [("", False), ("0", False), ("No", False), ("FALSE", False), ("1", True), ("https://x", True)],
)
def test_a_variable_holds_unless_it_is_empty_or_says_no(value: str, holds: bool) -> None:  # noqa: FBT001 - a table
    """And the reason names the variable, never its value."""
    verdict = ask("${DSN}", {"DSN": value})
    assert verdict.value is holds
    assert verdict.reason == f"${{DSN}} is {'true' if holds else 'false or empty'}"


def test_a_variable_with_something_beside_it_is_no_condition_whatever_it_holds() -> None:
    """It is said without the environment, too, in which nobody knows the variable."""
    found = Collector()
    root = parse_document(b"when: ${DSN} != x\n", "p.yaml", found)
    assert root is not None
    when = interpolate(root, None, found).get("when")
    assert when is not None

    assert parse_condition(when, found) is None
    assert [one.message for one in found.found] == ['"${DSN} != x" is not a condition']


def test_config_is_not_known_before_it_is_reached() -> None:
    """Then an absent key is false."""
    assert ask("{$config: MAIL}") == Verdict(None, "config MAIL")
    assert ask("{$config: MAIL}", facts=Facts(config={})).value is False
    assert ask("{$config: MAIL}", facts=Facts(config={"MAIL": "off"})).value is False
    assert ask("{$config: MAIL}", facts=Facts(config={"MAIL": "x"})).value is True


def test_debug_is_compared() -> None:
    """`{debug: false}` holds where debug is off."""
    assert ask("{debug: false}", facts=Facts(debug=False)) == Verdict(True, "debug is false")  # noqa: FBT003 - a verdict
    assert ask("{debug: false}", facts=Facts(debug=True)).value is False
    assert ask("{debug: true}").value is None


def test_installed_asks_for_a_top_level_module() -> None:
    """Without importing it."""
    assert ask("{installed: yaml}").value is True
    verdict = Verdict(value=False, reason="not_there_at_all is not installed")
    assert ask("{installed: not_there_at_all}") == verdict


def test_equals_compares_values_and_texts() -> None:
    """A variable's text equals the number that it reads as."""
    assert ask("{equals: ['${N}', 3]}", {"N": "3"}).value is True
    assert ask("{equals: [a, b]}").value is False
    assert ask("{equals: [{$config: ENV}, prod]}").value is None
    facts = Facts(config={"ENV": "prod"})
    assert ask("{equals: [{$config: ENV}, prod]}", facts=facts).value is True


def test_conditions_combine_with_what_is_not_known_yet() -> None:
    """One that settles it is enough; else it is decided at run."""
    assert ask("{not: {debug: true}}", facts=Facts(debug=False)).value is True
    assert ask("{all: [false, {$config: A}]}").value is False
    assert ask("{all: [true, {$config: A}]}") == Verdict(None, "config A")
    assert ask("{any: [true, {$config: A}]}").value is True
    assert ask("{any: [false, {$config: A}]}").value is None
    assert ask("{any: [false, false]}").value is False
    assert ask("{all: [true, true]}").value is True


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("maybe", "p.yaml:1:7"),
        ("'true'", "p.yaml:1:7"),
        ("3", "p.yaml:1:7"),
        ("x${A:-}", "p.yaml:1:7"),
        ("[true]", "p.yaml:1:7"),
        ("{}", "p.yaml:1:7"),
        ("{debug: true, installed: x}", "p.yaml:1:7"),
        ("{debg: true}", "p.yaml:1:8"),
        ("{debug: maybe}", "p.yaml:1:15"),
        ("{installed: a.b}", "p.yaml:1:19"),
        ("{equals: [1]}", "p.yaml:1:16"),
        ("{equals: [1, [2]]}", "p.yaml:1:20"),
        ("{$config: [A]}", "p.yaml:1:17"),
        ("{all: []}", "p.yaml:1:13"),
        ("{any: [true, maybe]}", "p.yaml:1:20"),
        ("{not: maybe}", "p.yaml:1:13"),
    ],
)
def test_any_other_text_is_a_diagnostic_at_its_place(text: str, place: str) -> None:
    """And no condition comes of it."""
    condition, found = parse(text)
    assert condition is None
    assert [(one.code, str(one.place)) for one in found.found] == [("ASM207", place)]


def test_a_patch_cannot_ask_for_config() -> None:
    """Patches come before config."""
    found = Collector()
    root = parse_document(b"when: {all: [{$config: A}]}\n", "p.yaml", found)
    assert root is not None
    when = root.get("when")
    assert when is not None
    assert parse_condition(when, found, config_allowed=False) is None
    assert [one.message for one in found.found] == [
        "patches run before config is loaded, so `$config` is not allowed"
    ]
