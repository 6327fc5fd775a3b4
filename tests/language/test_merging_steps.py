"""The steps of an overlay keep their order beside their anchors, and move those of its bases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assembler.diagnostics.diagnostic import ProfileError
from assembler.planning.loading import load_plan, load_profile
from tests.support.projects import write_files

if TYPE_CHECKING:
    from pathlib import Path

    from assembler.planning.plan import Plan

START = "version: 1\napp: {with: {import_name: shop}}\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in the test's folder, away from this project's policy."""
    monkeypatch.chdir(tmp_path)


def load(folder: Path, base: str, *overlays: str) -> Plan:
    """Plan the last of ``overlays``, each of which extends the one before it.

    A step is written as its name, with what follows a blank: ``mail after: [queue]``.
    """
    previous = ""
    for name, steps in zip(["base", "middle", "web"], (base, *overlays), strict=False):
        start = START if not previous else f"extends: {previous}.yaml\n"
        lines = [line.strip().partition(" ") for line in steps.splitlines()]
        known = [line[0] for line in map(str.split, base.splitlines())]
        text = "".join(
            f"  - {{name: {step}, {'' if previous and step in known else f'use: shop:{step}, '}"
            f"{more}}}\n"
            for step, _, more in lines
        )
        write_files(folder, {f"{name}.yaml": f"{start}extensions:\n{text}"})
        previous = name
    return load_plan(f"{previous}.yaml", env={}).plan


def get_names(plan: Plan) -> list[str]:
    """Return the names of the extensions."""
    return [planned.step.name for planned in plan.extensions]


def get_moves(plan: Plan) -> list[tuple[str, str, str]]:
    """Return what was moved, with the file and line of the step and of what moved it."""
    return [
        (one.name, str(one.old).rpartition(":")[0], str(one.new).rpartition(":")[0])
        for one in plan.profile.composed.changes.moved
    ]


@pytest.mark.parametrize(
    ("overlay", "expected"),
    [
        ("one after: [b]\ntwo after: [b]\nmore after: [b]", "a b one two more c"),
        ("one before: [c]\ntwo before: [c]", "a b one two c"),
        ("one after: [b]\nbelow after: [one]\ntwo after: [b]", "a b one below two c"),
        ("one after: [b]\ntwo after: [b]\nbelow after: [one]", "a b one below two c"),
        ("one after: [b]\ntwo after: [a, b], before: [one]", "a b two one c"),
        ("one after: [a]\ntwo after: [b]\nthree after: [a]", "a one three b two c"),
        ("one after: [b]\ntwo after: [b], before: [one]\nthree after: [b]", "a b two one three c"),
        ("one \ntwo ", "a b c one two"),
    ],
)
def test_new_steps_of_one_anchor_keep_their_written_order(
    tmp_path: Path, overlay: str, expected: str
) -> None:
    """What was placed beside one of them goes with it."""
    plan = load(tmp_path, "a\nb\nc", overlay)
    assert get_names(plan) == expected.split()
    assert get_moves(plan) == []


@pytest.mark.parametrize(
    ("middle", "web", "expected"),
    [
        (
            "one after: [a]\ntwo after: [a]",
            "three after: [a]\nfour after: [a]",
            "a three four one two b",
        ),
        ("one after: [a]", "two after: [one]\nthree after: [a]", "a three one two b"),
        ("one before: [b]", "two before: [b]", "a one two b"),
        ("one ", "two ", "a b one two"),
    ],
)
def test_step_of_a_later_overlay_goes_right_beside_its_anchor(
    tmp_path: Path, middle: str, web: str, expected: str
) -> None:
    """As if its base were one file: what another overlay placed there is a step like any other."""
    assert get_names(load(tmp_path, "a\nb", middle, web)) == expected.split()


@pytest.mark.parametrize(
    ("overlay", "expected"),
    [
        ("a after: [b]", "b a c d"),
        ("a after: [b, c]", "b c a d"),
        ("c before: [a]", "c a b d"),
        ("d before: [c, b]", "a d b c"),
        ("c after: [a], before: [b]", "a c b d"),
        ("a after: [c]\nb after: [c]", "c a b d"),
        ("new after: [c]\na after: [c]", "b c new a d"),
        ("a after: [new]\nnew after: [c]", "b c new a d"),
        ("d before: [new]\nnew after: [a]", "a d new b c"),
    ],
)
def test_overlay_moves_a_step_that_is_on_the_wrong_side(
    tmp_path: Path, overlay: str, expected: str
) -> None:
    """As if it were new."""
    plan = load(tmp_path, "a\nb\nc\nd", overlay)
    assert get_names(plan) == expected.split()
    assert get_moves(plan) != []


@pytest.mark.parametrize("more", ["after: [a]", "before: [d]", "after: [a], before: [d]"])
def test_step_that_is_on_its_side_stays(tmp_path: Path, more: str) -> None:
    """It need not be right beside what the overlay names."""
    plan = load(tmp_path, "a\nb\nc\nd", f"c {more}")
    assert get_names(plan) == ["a", "b", "c", "d"]
    assert get_moves(plan) == []


def test_move_names_the_step_s_place_and_the_overlay_s(tmp_path: Path) -> None:
    """Every overlay that moves it is named."""
    plan = load(tmp_path, "a\nb\nc", "a after: [b]", "b\na after: [c]")
    assert get_names(plan) == ["b", "c", "a"]
    assert get_moves(plan) == [
        ("a", "base.yaml:4", "middle.yaml:3"),
        ("a", "middle.yaml:3", "web.yaml:4"),
    ]


def test_moves_are_found_by_where_the_profile_now_says_the_name(tmp_path: Path) -> None:
    """All of a step's in their order; a step of the same name in another list has none."""
    start = START + "config: [{use: env, name: a}, {use: values, name: b}]\nextensions:\n"
    steps = "  - {use: 'shop:a', name: a}\n  - {use: 'shop:b', name: b}\n"
    files = {
        "base.yaml": start + steps + "  - {use: 'shop:c', name: c}\n",
        "middle.yaml": "extends: base.yaml\nextensions: [{name: a, after: [b]}]\n",
        "web.yaml": "extends: middle.yaml\nextensions:\n  - {name: a, after: [c]}\n  - {name: b}\n",
    }
    write_files(tmp_path, files)
    composed = load_plan("web.yaml", env={}).plan.profile.composed

    found = composed.changes.find_moves(composed.root)

    assert {
        str(place): [(str(old), str(new)) for old, new in moves] for place, moves in found.items()
    } == {
        "web.yaml:3:12": [
            ("base.yaml:5:27", "middle.yaml:2:21"),
            ("middle.yaml:2:21", "web.yaml:3:12"),
        ]
    }


@pytest.mark.parametrize("more", ["after: [a], before: [a]", "after: [b]"])
def test_step_that_finds_no_other_place_is_not_said_to_move(tmp_path: Path, more: str) -> None:
    """Neither for constraints that contradict each other, nor for one on itself."""
    base = START + "extensions: [{use: 'shop:a', name: a}, {use: 'shop:b', name: b}]\n"
    overlay = f"extends: base.yaml\nextensions: [{{name: b, {more}}}]\n"
    write_files(tmp_path, {"base.yaml": base, "web.yaml": overlay})

    composed = load_profile("web.yaml", env={}).composed

    assert composed.changes.find_moves(composed.root) == {}


def test_after_wins_where_before_asks_for_a_place_above(tmp_path: Path) -> None:
    """So the fault is at `before`, the one that is not kept."""
    with pytest.raises(ProfileError) as caught:
        load(tmp_path, "a\nb\nc", "new after: [b], before: [a]")
    assert [found.message for found in caught.value.diagnostics] == [
        "'new' must come before 'a'",
    ]


def test_what_an_overlay_leaves_out_is_inherited_and_checked(tmp_path: Path) -> None:
    """A move that breaks the base's own constraint is reported at the base."""
    with pytest.raises(ProfileError) as caught:
        load(tmp_path, "a\nb before: [c]\nc\nd", "b after: [d]")
    (found,) = caught.value.diagnostics
    assert (found.code, found.message) == ("ASM310", "'b' must come before 'c'")
    assert (found.place.path, found.place.span.line) == ("base.yaml", 5)


def test_move_beside_a_step_that_is_not_there_is_reported(tmp_path: Path) -> None:
    """The step stays where it is."""
    with pytest.raises(ProfileError) as caught:
        load(tmp_path, "a\nb", "a after: [nowhere]")
    assert [found.code for found in caught.value.diagnostics] == ["ASM309"]


def test_config_sources_can_be_moved(tmp_path: Path) -> None:
    """They are merged in the same way."""
    base = START + "config: [{use: env, name: late}, {use: values, name: early}]\n"
    overlay = "extends: base.yaml\nconfig: [{name: late, after: [early]}]\n"
    write_files(tmp_path, {"base.yaml": base, "web.yaml": overlay})
    plan = load_plan("web.yaml", env={}).plan
    assert [planned.step.name for planned in plan.config] == ["early", "late"]
