"""Test that a source of which nothing can be in force is found, and no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.linting import lint_files, lint_profile

if TYPE_CHECKING:
    from pathlib import Path

RULE = "useless-source"


def lint(folder: Path, *steps: str) -> list[str]:
    """Give what is said of a profile with these config sources."""
    lines = "".join(f"  - {{{step}}}\n" for step in steps)
    return lint_profile(folder, f"version: 1\nconfig:\n{lines}", RULE)


AGAIN = "3:11 the source '{0}' is useless: 'again' sets the same again"


@pytest.mark.parametrize(
    "options",
    [
        "use: env, with: {prefix: SHOP}",
        "use: env",
        "use: dotenv",
        "use: dotenv, with: {path: .env.local, optional: true}",
        "use: file, with: {path: shop.toml}",
        "use: secrets, with: {path: /run/secrets}",
        "use: object, with: {target: 'shop:Settings'}",
        "use: argument, with: {default: {A: 1}}",
    ],
)
def test_the_same_source_again_makes_the_first_useless(tmp_path: Path, options: str) -> None:
    """Whatever it sets."""
    use = options.removeprefix("use: ").partition(",")[0]
    again = options.replace("use: ", "name: again, use: ")
    between = "use: values, with: {A: 1}"
    assert lint(tmp_path, options, between, again) == [AGAIN.format(use)]


def test_defaults_are_what_they_are_and_a_file_may_be_missing(tmp_path: Path) -> None:
    """What is left out is the same as what is written out; `optional` makes no difference."""
    assert lint(
        tmp_path,
        "use: dotenv, with: {optional: true}",
        "use: dotenv, name: again, with: {path: .env}",
    ) == [AGAIN.format("dotenv")]


@pytest.mark.parametrize(
    "steps",
    [
        ("use: env, with: {prefix: SHOP}", "use: env, name: b, with: {prefix: MAIL}"),
        ("use: env, with: {prefix: SHOP}", "use: env, name: b, with: {prefix: SHOP, separator: _}"),
        ("use: env", "use: env, name: b, when: '${MORE:-true}'"),
        ("use: env, when: {debug: true}", "use: env, name: b"),
        ("use: env", "use: settings, with: {target: 'shop:S'}", "use: env, name: b"),
        ("use: env", "use: 'shop:load', with: {a: {$config: A}}", "use: env, name: b"),
        ("use: 'shop:load'", "use: 'shop:load', name: b"),
        (
            "use: settings, with: {target: 'shop:S'}",
            "use: settings, name: b, with: {target: 'shop:S'}",
        ),
        (
            "use: file, with: {path: a.toml}",
            "use: file, name: b, with: {path: a.toml, relative_to: root}",
        ),
        ("use: values", "use: values, name: b, with: {A: 1}"),
        ("use: values, with: {A: 1, B: 1}", "use: values, name: b, with: {A: 1}"),
    ],
)
def test_what_may_make_a_difference_is_left_alone(tmp_path: Path, steps: tuple[str, ...]) -> None:
    """Other options, a condition, somebody who reads in between, or what cannot be known."""
    assert lint(tmp_path, *steps) == []


def test_values_that_are_all_set_again_are_useless(tmp_path: Path) -> None:
    """By one later source or by several together."""
    assert lint(
        tmp_path,
        "use: values, with: {A: 1, B: 2}",
        "use: values, name: b, with: {A: 3}",
        "use: values, name: c, with: {B: 4, C: 5}",
    ) == ["3:11 the source 'values' is useless: each of its keys is set again"]


def test_an_overlay_may_read_a_source_of_its_bases_again(tmp_path: Path) -> None:
    """So that it wins over what the overlay adds; other children need the first."""
    files = {
        "base.yaml": "version: 1\nabstract: true\nconfig: [{use: env, with: {prefix: SHOP}}]\n",
        "web.yaml": "extends: base.yaml\nconfig:\n"
        "  - {use: values, with: {A: 1}}\n"
        "  - {use: env, name: env-wins, with: {prefix: SHOP}}\n",
    }
    assert lint_files(tmp_path, files, RULE) == []
