"""Steps must be in the order that their constraints and the catalogue ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assembler.diagnostics.diagnostic import ProfileError
from assembler.planning.loading import load_plan
from tests.support.projects import HEAD, write_files

if TYPE_CHECKING:
    from pathlib import Path

    from assembler.diagnostics.diagnostic import Diagnostic

FIRST_LINE = HEAD.count("\n") + 1


def find_faults(folder: Path, text: str) -> list[Diagnostic]:
    """Return what is wrong with the profile ``text``; nothing if it can be planned."""
    write_files(folder, {"profile.yaml": HEAD + text})
    try:
        load_plan(folder / "profile.yaml", env={})
    except ProfileError as error:
        return list(error.diagnostics)
    return []


def get_spots(faults: list[Diagnostic]) -> list[tuple[str, int, int]]:
    """Return code, line (the first of the text is 1) and column of each fault."""
    return [
        (one.code, one.place.span.line - FIRST_LINE + 1, one.place.span.column) for one in faults
    ]


@pytest.mark.parametrize(
    "text",
    [
        "extensions: [database, migrate]\n",
        "extensions: [{use: 'a:b', name: one}, {use: 'a:c', after: [one]}]\n",
        "extensions: [{use: 'a:b', before: [two]}, {use: 'a:c', name: two}]\n",
        "extensions: [{use: 'a:b', name: one}, 'a:c', {use: 'a:d', after: [one, 'a:c']}]\n",
        "extensions: [migrate]\n",
        # What is skipped is not bound by the catalogue.
        "extensions: [migrate, {use: database, when: false}]\n",
        "extensions: [{use: migrate, when: false}, database]\n",
        # Of two steps that use the same, the first counts.
        "extensions: [database, migrate, {use: database, name: other}]\n",
    ],
)
def test_kept_order_is_accepted(tmp_path: Path, text: str) -> None:
    """Written, or of the catalogue."""
    assert find_faults(tmp_path, text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("extensions: [{use: 'a:b', after: [one]}, {use: 'a:c', name: one}]\n", ("ASM310", 1, 35)),
        ("extensions: [{use: 'a:c', name: one}, {use: 'a:b', before: [one]}]\n", ("ASM310", 1, 61)),
        ("extensions: [migrate, database]\n", ("ASM310", 1, 14)),
        ("extensions: [migrate, {use: database, when: {$config: A}}]\n", ("ASM310", 1, 14)),
        ("config: [{use: env, after: [values]}, values]\n", ("ASM310", 1, 29)),
        ("extensions: [{use: 'a:b', name: one, after: [one]}]\n", ("ASM310", 1, 46)),
        ("extensions: [{use: 'a:b', after: [nowhere]}]\n", ("ASM309", 1, 35)),
        ("extensions: [{use: 'a:b', before: [nowhere]}]\n", ("ASM309", 1, 36)),
    ],
)
def test_broken_constraint_is_reported_where_it_is_written(
    tmp_path: Path, text: str, expected: tuple[str, int, int]
) -> None:
    """At the name in `after` or `before`; at the step, where the catalogue says it."""
    assert get_spots(find_faults(tmp_path, text)) == [expected]


def test_broken_constraint_names_both_steps_and_the_side(tmp_path: Path) -> None:
    """With the other step as a related place, and the move that fixes it as a hint."""
    (later,) = find_faults(tmp_path, "extensions:\n  - migrate\n  - database\n")
    assert "'migrate'" in later.message
    assert "'database'" in later.message
    assert " after " in later.message
    assert " after " in str(later.hint)
    assert [one.place.span.line - FIRST_LINE + 1 for one in later.related] == [3]

    text = "extensions:\n  - {use: 'a:c', name: one}\n  - {use: 'a:b', before: [one]}\n"
    (earlier,) = find_faults(tmp_path, text)
    assert " before " in earlier.message
    assert " before " in str(earlier.hint)
    assert [one.place.span.line - FIRST_LINE + 1 for one in earlier.related] == [2]


def test_written_constraint_says_it_once_for_the_catalogue(tmp_path: Path) -> None:
    """What the catalogue asks for as well is one diagnostic, at the written name."""
    text = "extensions:\n  - use: migrate\n    after: [database]\n  - database\n"
    assert get_spots(find_faults(tmp_path, text)) == [("ASM310", 3, 13)]


def test_every_broken_constraint_is_reported(tmp_path: Path) -> None:
    """Those that are kept are not."""
    text = """\
extensions:
  - {use: 'a:a', name: a, after: [c, b]}
  - {use: 'a:b', name: b, before: [c]}
  - {use: 'a:c', name: c}
  - {use: 'a:d', name: d, before: [nowhere, c], after: [b, nobody]}
"""
    faults = find_faults(tmp_path, text)
    assert sorted(get_spots(faults)) == [
        ("ASM309", 5, 36),
        ("ASM309", 5, 60),
        ("ASM310", 2, 35),
        ("ASM310", 2, 38),
        ("ASM310", 5, 45),
    ]


def test_unknown_name_gets_the_nearest_as_hint_and_fix(tmp_path: Path) -> None:
    """Else the hint lists the names there are."""
    (near,) = find_faults(tmp_path, "extensions: [database, {use: 'a:b', after: [databse]}]\n")
    assert "'database'" in str(near.hint)
    assert near.fix is not None
    assert [edit.text for edit in near.fix.edits] == ["database"]

    text = "extensions: [database, {use: 'a:b', name: one, after: [zzzz]}]\n"
    (far,) = find_faults(tmp_path, text)
    assert "'database'" in str(far.hint)
    assert "'one'" in str(far.hint)
    assert far.fix is None


def test_constraint_that_names_its_own_step_is_told_apart(tmp_path: Path) -> None:
    """The hint names the key to remove it from."""
    for key in ("after", "before"):
        text = f"extensions: [{{use: 'a:b', name: one, {key}: [one]}}]\n"
        (fault,) = find_faults(tmp_path, text)
        assert "'one'" in fault.message
        assert f"`{key}`" in str(fault.hint)


def test_cycle_is_reported_once_and_other_faults_beside_it(tmp_path: Path) -> None:
    """No order satisfies a cycle, so its constraints are not reported one by one."""
    text = """\
extensions:
  - {use: 'a:a', name: a, after: [c]}
  - {use: 'a:b', name: b, after: [a]}
  - {use: 'a:c', name: c, after: [b]}
  - {use: 'a:d', name: d}
  - {use: 'a:e', name: e, before: [d]}
"""
    faults = find_faults(tmp_path, text)
    assert sorted(get_spots(faults)) == [("ASM310", 6, 36), ("ASM314", 2, 35)]
    (cycle,) = (one for one in faults if one.code == "ASM314")
    parts = ["'a' after 'c'", "'c' after 'b'", "'b' after 'a'"]
    positions = [cycle.message.index(part) for part in parts]
    assert positions == sorted(positions)
    assert [one.place.span.line - FIRST_LINE + 1 for one in cycle.related] == [4, 3]
    assert "catalogue" not in cycle.message


def test_cycle_through_the_catalogue_says_which_part_is_the_catalogue_s(tmp_path: Path) -> None:
    """What is written can be removed; the catalogue's own order cannot."""
    text = "extensions:\n  - migrate\n  - {use: database, after: [migrate]}\n"
    (fault,) = find_faults(tmp_path, text)
    assert get_spots([fault]) == [("ASM314", 2, 5)]
    assert "'migrate' after 'database' (" in fault.message
    assert "'database' after 'migrate'," not in fault.message.partition("'migrate' after")[0]


@pytest.mark.parametrize(("length", "is_shortened"), [(6, False), (7, True), (9, True)])
def test_long_cycle_is_shortened(tmp_path: Path, length: int, *, is_shortened: bool) -> None:
    """The message names six constraints at most, and the related places are those."""
    steps = [
        f"  - {{use: 'a:x', name: s{number}, after: [s{(number + 1) % length}]}}\n"
        for number in range(length)
    ]
    (fault,) = find_faults(tmp_path, "extensions:\n" + "".join(steps))
    assert fault.code == "ASM314"
    assert (", …, and " in fault.message) is is_shortened
    assert fault.message.count("' after '") == 6
    assert f"'s{length - 1}' after 's0'" in fault.message
    assert len(fault.related) == 5


def test_use_in_place_of_the_name_leads_to_the_name(tmp_path: Path) -> None:
    """`after` names steps, not what they use."""
    text = "extensions: [{use: 'a:b', name: one}, {use: 'a:c', after: ['a:b']}]\n"
    (fault,) = find_faults(tmp_path, text)
    assert (fault.code, fault.hint) == ("ASM309", "Write 'one', the name of the step that uses it.")


def test_unknown_name_is_reported_once_with_all_its_places(tmp_path: Path) -> None:
    """One mistake made twice is one diagnostic, whose fix mends both."""
    text = """\
extensions:
  - database
  - {use: 'a:b', after: [databse]}
  - {use: 'a:c', after: [databse]}
"""
    (fault,) = find_faults(tmp_path, text)
    assert get_spots([fault]) == [("ASM309", 3, 26)]
    related = [(one.message, one.place.span.line - FIRST_LINE + 1) for one in fault.related]
    assert related == [("named here as well", 4)]
    assert fault.fix is not None
    assert [edit.text for edit in fault.fix.edits] == ["database", "database"]


def test_name_of_a_step_whose_use_is_misspelled_is_not_reported_as_well(tmp_path: Path) -> None:
    """Mending the `use` mends both; any other unknown name is still reported."""
    text = """\
extensions:
  - databse
  - {use: 'a:b', after: [database]}
  - {use: 'a:c', after: [nowhere]}
"""
    found = [(code, line) for code, line, _ in get_spots(find_faults(tmp_path, text))]
    assert sorted(found) == [("ASM309", 4), ("ASM502", 2)]


def test_name_of_an_object_s_step_may_itself_be_misspelled(tmp_path: Path) -> None:
    """No catalogue says that `databse` is no good name for it."""
    text = "extensions: [{use: 'a:b', name: databse}, {use: 'a:c', after: [database]}]\n"
    (fault,) = find_faults(tmp_path, text)
    assert (fault.code, fault.hint) == ("ASM309", "Did you mean 'databse'?")
