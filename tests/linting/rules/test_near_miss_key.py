"""Test that a key is looked at wherever a profile sets it or asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.linting import lint_files, lint_profile, render_found

if TYPE_CHECKING:
    from pathlib import Path

RULE = "near-miss-key"
ASKING = "extensions: [{use: health, with: {url_prefix: {$config: MAIL_SERVR}}}]"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("config: [{use: values, with: {TITLE: Shop, MAIL_SERVR: a}}]", "2:44"),
        (ASKING, "2:57"),
        ("extensions: [{use: health, when: {$config: MAIL_SERVR}}]", "2:44"),
        ("extensions: [{use: health, when: {not: {any: [{$config: MAIL_SERVR}]}}}]", "2:57"),
        (
            "extensions: [{use: health, when: {equals: [{$config: MAIL_SERVR}, localhost]}}]",
            "2:54",
        ),
        (
            "config: [{use: 's:f', with: {A: {$call: 's:a', with: {a: {$config: MAIL_SERVR}}}}}]",
            "2:68",
        ),
    ],
)
def test_a_near_miss_is_found_where_it_is_set_or_asked_for(
    tmp_path: Path, text: str, place: str
) -> None:
    """At the key, and at the name in `$config`."""
    assert lint_profile(tmp_path, f"version: 1\n{text}\n", RULE) == [
        f'{place} no library is known to read "MAIL_SERVR"'
    ]


@pytest.mark.parametrize(
    "text",
    [
        "config: [{use: values, with: {MAIL_SERVER: a, SHOP_MAIL_SERVR: b, C: {MAIL_PROT: 1}}}]",
        "config: [{use: values, when: false, with: {MAIL_SERVR: a}}]",
        "config: [{use: 'shop:load', with: {MAIL_SERVR: a}}]",
        "extensions: [{use: health, when: false, with: {url_prefix: {$config: MAIL_SERVR}}}]",
        f"config: [{{use: values, with: {{MAIL_SERVR: a}}}}]\n{ASKING}",
    ],
)
def test_what_is_no_config_key_or_the_projects_own_is_left_alone(tmp_path: Path, text: str) -> None:
    """A key below a value, an option, a step that is skipped; what is set and asked for alike."""
    assert lint_profile(tmp_path, f"version: 1\n{text}\n", RULE) == []


def test_the_hint_names_what_was_meant_and_a_base_is_blamed_once(tmp_path: Path) -> None:
    """Where it is written, whatever extends it."""
    files = {
        "base.yaml": "version: 1\nabstract: true\nconfig: [{use: values, with: {MAIL_SERVR: a}}]\n",
        "web.yaml": "extends: base.yaml\n",
        "job.yaml": "extends: base.yaml\nconfig: [{use: values, with: {MAIL_SERVR: b}}]\n",
    }
    found = lint_files(tmp_path, files, RULE)
    assert [line.partition(" ")[0] for line in render_found(found)] == [
        "base.yaml:3:31",
        "job.yaml:2:31",
    ]
    assert {one.hint for one in found} == {"Did you mean 'MAIL_SERVER'?"}
