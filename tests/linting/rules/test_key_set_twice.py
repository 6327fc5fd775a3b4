"""Test that a key is set in one `values` source, as far as the profile alone decides it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.linting import lint_files, lint_profile, render_found

if TYPE_CHECKING:
    from pathlib import Path

RULE = "key-set-twice"
AGAIN = "  - {use: values, name: d, with: {A: 4}}\n"
HEAD = "version: 1\nconfig:\n  - {use: values, with: {A: 1, B: 2}}\n"


def test_the_second_place_is_found_with_the_first_beside_it(tmp_path: Path) -> None:
    """The first value is never in force."""
    text = f"{HEAD}  - {{use: values, name: more, with: {{C: 3, A: 4}}}}\n"
    (found,) = lint_files(tmp_path, {"web.yaml": text}, RULE)
    assert render_found([found]) == [
        'web.yaml:4:44 "A" is already set, and the first value is never used'
    ]
    assert [str(one.place) for one in found.related] == ["web.yaml:3:26"]


@pytest.mark.parametrize(
    "between", ["{use: env, with: {prefix: SHOP}}", "{use: object, with: {target: shop}}"]
)
def test_what_does_not_read_the_first_value_may_stand_in_between(
    tmp_path: Path, between: str
) -> None:
    """The second still wins."""
    text = f"{HEAD}  - {between}\n  - {{use: values, name: more, with: {{A: 4}}}}\n"
    assert lint_profile(tmp_path, text, RULE) == [
        '5:38 "A" is already set, and the first value is never used'
    ]


@pytest.mark.parametrize(
    "steps",
    [
        "  - {use: values, name: more, with: {C: 3}}\n",
        "  - {use: values, name: more, when: '${SHOP_MORE:-true}', with: {A: 4}}\n",
        "  - {use: values, name: more, when: {debug: true}, with: {A: 4}}\n",
        "  - {use: values, name: more, when: false, with: {A: 4}}\n",
        "  - {use: env, with: {prefix: A}}\n",
        "  - {use: settings, with: {target: 'shop:S'}}\n  - {use: values, name: c, with: {A: 4}}\n",
        "  - {use: values, name: c, with: {A: {$format: '{a}!', with: {a: {$config: A}}}}}\n",
        f"  - {{use: values, name: c, with: {{C: {{$config: A}}}}}}\n{AGAIN}",
        f"  - {{use: object, when: {{$config: A}}, with: {{target: shop}}}}\n{AGAIN}",
    ],
)
def test_what_may_be_in_force_at_a_time_is_left_alone(tmp_path: Path, steps: str) -> None:
    """On a condition, or where something reads it before it is set again."""
    assert lint_profile(tmp_path, HEAD + steps, RULE) == []


def test_an_overlay_is_there_to_set_again(tmp_path: Path) -> None:
    """In the source itself, or in one of its own; but the base must not set it again."""
    base = f"{HEAD}  - {{use: values, name: last, with: {{C: 3}}}}\n"
    overlay = "extends: base.yaml\nconfig:\n"
    own = overlay + "  - {use: values, name: own, with: {A: 4}}\n"
    merged = overlay + "  - {use: values, with: {A: 4}}\n"
    lost = overlay + "  - {use: values, with: {C: 4}}\n"
    files = {"base.yaml": base, "own.yaml": own, "merged.yaml": merged, "lost.yaml": lost}
    found = lint_files(tmp_path, files, RULE)
    assert render_found(found) == [
        'base.yaml:4:38 "C" is already set, and the first value is never used'
    ]
    assert [str(one.place) for one in found[0].related] == ["lost.yaml:3:26", "lost.yaml:1:1"]
