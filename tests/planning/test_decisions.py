"""The plan decides for each step whether it runs, and keeps the reason where it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assembler.diagnostics.diagnostic import ProfileError
from assembler.planning.loading import load_plan
from tests.support.projects import HEAD, write_files

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from assembler.planning.plan import Plan


def plan(folder: Path, text: str, env: Mapping[str, str] | None = None) -> Plan:
    """Plan the profile ``text``."""
    write_files(folder, {"profile.yaml": HEAD + text})
    return load_plan(folder / "profile.yaml", env=env or {}).plan


@pytest.mark.parametrize(
    ("when", "decision", "reason"),
    [
        ("true", "runs", None),
        ("'${ON:-1}'", "runs", None),
        ("{installed: flask}", "runs", None),
        ("{installed: not_there_at_all}", "skipped", "not_there_at_all"),
        ("{not: false}", "runs", None),
        ("{debug: false}", "decided at run", "debug"),
        ("{any: [true, {$config: A}]}", "runs", None),
        ("{all: [false, {$config: A}]}", "skipped", "false"),
        ("{all: [true, {$config: A}]}", "decided at run", "A"),
    ],
)
def test_condition_of_an_extension_is_decided_as_far_as_it_can_be(
    tmp_path: Path, when: str, decision: str, reason: str | None
) -> None:
    """Config, and debug where nobody declares it, are known later only."""
    (step,) = plan(tmp_path, f"extensions: [{{use: 'a:b', when: {when}}}]\n").extensions

    assert str(step.decision) == decision
    assert (reason is None) is (step.reason is None)
    assert reason is None or reason in str(step.reason)


def test_condition_on_debug_is_decided_for_patches_in_any_case(tmp_path: Path) -> None:
    """They cannot wait for config."""
    text = "patches: [{use: gevent, when: {debug: false}}]\n"

    assert plan(tmp_path, text).patch_names == ("gevent",)
    assert plan(tmp_path, text, {"FLASK_DEBUG": "1"}).patch_names == ()


def test_patch_that_is_skipped_by_its_own_condition_keeps_that_reason(tmp_path: Path) -> None:
    """And one that needs it names it."""
    text = "patches: [{use: gevent, when: false}, {use: grpc, when: false}, psycopg2]\n"

    gevent, grpc, psycopg2 = plan(tmp_path, text).patches

    assert gevent.reason == grpc.reason
    assert "gevent" in str(psycopg2.reason)
    assert str(psycopg2.decision) == "skipped"


def test_steps_are_listed_in_the_order_in_which_they_are_carried_out(tmp_path: Path) -> None:
    """Patches, config, extensions."""
    text = "extensions: ['a:b']\nconfig: [{use: values, with: {A: 1}}]\npatches: [gevent]\n"
    planned = plan(tmp_path, text)

    assert [step.kind for step in planned.steps] == ["patch", "config", "extension"]
    assert planned.patch_names == ("gevent",)


def test_order_of_patches_is_checked(tmp_path: Path) -> None:
    """As that of the other lists."""
    text = "patches: [gevent, {use: psycopg2, after: [grpc]}, grpc]\n"
    with pytest.raises(ProfileError) as caught:
        plan(tmp_path, text)

    assert [one.code for one in caught.value.diagnostics] == ["ASM310"]


def test_flask_debug_that_is_no_boolean_is_one_fault_and_counts_as_off(tmp_path: Path) -> None:
    """At the variable, with the value and how to fix it; nothing else is reported because of it."""
    with pytest.raises(ProfileError) as caught:
        plan(tmp_path, "patches: [gevent]\n", {"FLASK_DEBUG": "maybe"})

    (fault,) = caught.value.diagnostics
    assert fault.place.path == "FLASK_DEBUG"
    assert '"maybe"' in fault.message
    assert "FLASK_DEBUG" in str(fault.hint)


def test_declared_debug_is_told_from_that_of_the_environment(tmp_path: Path) -> None:
    """A config source may set DEBUG only where the profile does not."""
    declared = plan(tmp_path, "debug: false\n", {"FLASK_DEBUG": "1"})
    found = plan(tmp_path, "", {"FLASK_DEBUG": "1"})
    neither = plan(tmp_path, "")

    assert [(one.debug, one.is_debug_declared) for one in (declared, found, neither)] == [
        (False, True),
        (True, False),
        (False, False),
    ]
