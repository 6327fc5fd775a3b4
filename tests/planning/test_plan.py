"""Test that the plan says what each step will do, and what is wrong with the order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assembler.diagnostics.diagnostic import ProfileError
from assembler.planning.loading import load_plan
from assembler.planning.plan import Decision
from tests.support.projects import HEAD, write_files

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from assembler.planning.plan import Plan


def plan(
    folder: Path,
    text: str,
    env: Mapping[str, str] | None = None,
    *,
    debug: bool | None = None,
    pool: str | None = None,
) -> Plan:
    """Plan the profile ``text``."""
    write_files(folder, {"profile.yaml": HEAD + text})
    return load_plan(folder / "profile.yaml", env=env or {}, debug=debug, pool=pool).plan


def get_found(
    folder: Path, text: str, env: Mapping[str, str] | None = None
) -> list[tuple[str, int]]:
    """Return code and line of all that is wrong with ``text``; its first line is 3."""
    with pytest.raises(ProfileError) as caught:
        plan(folder, text, env)
    return [(one.code, one.place.span.line) for one in caught.value.diagnostics]


def test_each_step_runs_is_skipped_or_is_decided_at_run(tmp_path: Path) -> None:
    """And says why, or by what."""
    text = """\
patches: [{use: gevent, when: {debug: true}}]
config: [{use: values, with: {A: 1}}]
extensions:
  - logging
  - {use: proxy_fix, when: false}
  - {use: compress, when: {$config: COMPRESS}}
  - {use: health, when: "${HEALTH:-}"}
debug: false
"""
    steps = plan(tmp_path, text).steps
    assert [(step.kind, step.step.name, str(step.decision), step.reason) for step in steps] == [
        ("patch", "gevent", "skipped", "debug is false"),
        ("config", "values", "runs", None),
        ("extension", "logging", "runs", None),
        ("extension", "proxy_fix", "skipped", "when: false"),
        ("extension", "compress", "decided at run", "config COMPRESS"),
        ("extension", "health", "skipped", "${HEALTH:-} is false or empty"),
    ]


def test_a_patch_whose_need_is_skipped_is_skipped_with_it(tmp_path: Path) -> None:
    """So that the web profile gives an unpatched process to debug in."""
    text = "patches: [{use: gevent, when: {debug: false}}, grpc, psycopg2]\n"
    assert plan(tmp_path, text, {"FLASK_DEBUG": "1"}).patch_names == ()
    assert plan(tmp_path, text, debug=True).patch_names == ()
    assert plan(tmp_path, text).patch_names == ("gevent", "grpc", "psycopg2")


def test_only_patches_that_run_are_called(tmp_path: Path) -> None:
    """A skipped one is in the plan, with why, and leaves the process alone."""
    planned = plan(tmp_path, "patches: [{use: gevent, when: false}]\n")
    assert [one.step.name for one in planned.patches] == ["gevent"]
    assert planned.patch_calls == ()
    assert len(plan(tmp_path, "patches: [gevent]\n").patch_calls) == 1


@pytest.mark.parametrize(
    ("option", "expected"), [(None, "threads"), ("gevent", "gevent"), ("solo", "solo")]
)
def test_pool_is_the_command_line_s_then_the_profile_s(
    tmp_path: Path, option: str | None, expected: str
) -> None:
    """Conditions on the pool ask for the one that is in force."""
    text = "role: worker\nworker: {pool: threads}\n"
    when = "extensions: [{use: 'a:b', when: {pool: gevent}}]\n"
    planned = plan(tmp_path, text + when, pool=option)
    assert planned.pool == expected
    assert (planned.extensions[0].decision is Decision.RUNS) is (expected == "gevent")


@pytest.mark.parametrize(
    ("text", "may_be"),
    [("", False), ("extensions: [logging, 'a:b']\n", False), ("extensions: [console]\n", True)],
)
def test_steps_may_be_watched_where_there_is_a_console(
    tmp_path: Path, text: str, *, may_be: bool
) -> None:
    """Else nobody looks at what each step does to the app, which takes time."""
    assert plan(tmp_path, text).may_be_watched is may_be


def test_place_of_a_skipped_step_is_its_condition(tmp_path: Path) -> None:
    """Which is where to look; of any other step it is the step."""
    text = """extensions:
  - use: 'a:b'
    when: false
  - use: 'a:c'
    when: true
  - 'a:d'
"""
    places = [step.place.span for step in plan(tmp_path, text).extensions]
    assert [(place.line, place.column) for place in places] == [(5, 11), (6, 10), (8, 5)]


@pytest.mark.parametrize(
    ("profile", "variable", "option", "expected"),
    [
        ("", "", None, False),
        ("", "off", None, False),  # Flask takes this one for true
        ("", "ON", None, True),
        ("debug: false\n", "1", None, False),
        ("debug: true\n", "0", None, True),
        ("debug: false\n", "0", True, True),
        ("debug: ${FLASK_DEBUG:-false}\n", "yes", None, True),
    ],
)
def test_debug_is_the_command_line_s_then_the_profile_s_then_flask_debug(
    tmp_path: Path, profile: str, variable: str, *, option: bool | None, expected: bool
) -> None:
    """Read our way: `off` is false."""
    assert plan(tmp_path, profile, {"FLASK_DEBUG": variable}, debug=option).debug is expected


def test_a_debug_variable_that_is_no_flag_is_said(tmp_path: Path) -> None:
    """A text that means neither is not taken for true."""
    with pytest.raises(ProfileError, match=r'FLASK_DEBUG.*got "maybe"'):
        plan(tmp_path, "", {"FLASK_DEBUG": "maybe"})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("extensions: [{use: logging, after: [databse]}, database]\n", ("ASM309", 3)),
        ("extensions: [migrate, database]\n", ("ASM310", 3)),
        ("extensions: [{use: migrate, after: [database]}, database]\n", ("ASM310", 3)),
        ("extensions: [logging, {use: database, before: [logging]}]\n", ("ASM310", 3)),
        ("extensions: [{use: logging, after: [logging]}]\n", ("ASM310", 3)),
        ("extensions: [{use: database, after: [migrate]}, migrate]\n", ("ASM314", 3)),
        ("extensions: [migrate, {use: database, after: [migrate]}]\n", ("ASM314", 3)),
        ("config: [{use: values, before: [logging]}]\nextensions: [logging]\n", ("ASM309", 3)),
        ("extensions: [databse]\n", ("ASM502", 3)),
        ("config: [enw]\n", ("ASM601", 3)),
        ("patches: [gevnt]\n", ("ASM401", 3)),
        ("patches: [grpc, gevent]\n", ("ASM402", 3)),
        ("patches: [grpc]\n", ("ASM403", 3)),
        ("patches: [{use: gevent, with: {sockt: true}}]\n", ("ASM201", 3)),
        ("extensions: [{use: database, with: {pool_size: many}}]\n", ("ASM202", 3)),
        ("extensions: [{use: database, on_error: skip}]\n", ("ASM516", 3)),
        ("extensions: [{use: secret_key, on_error: skip}]\n", ("ASM516", 3)),
        ("extensions: [{use: 'a:b', as: before_request, on_error: skip}]\n", ("ASM516", 3)),
        ("patches: [{use: gevent, on_error: skip}]\n", ("ASM516", 3)),
        ("patches: [{use: gevent, with: {socket: {$config: A}}}]\n", ("ASM209", 3)),
        ("config: [{use: values, with: {A: {$step: x}}}]\n", ("ASM209", 3)),
        ("config: [{use: values, with: {A: {$stp: x}}}]\n", ("ASM208", 3)),
        ("config: [{use: values, with: {A: {$file: [x]}}}]\n", ("ASM208", 3)),
        ("config: [{use: values, with: {A: {$file: x, y: 1}}}]\n", ("ASM208", 3)),
        ("config: [{use: values, as: call}]\n", ("ASM201", 3)),
        ("patches: [{use: gevent, app_context: true}]\n", ("ASM201", 3)),
        ("extensions: [{name: x}]\n", ("ASM203", 3)),
        ("abstract: true\n", ("ASM311", 3)),
        ("server: {workers: 0}\n", ("ASM205", 3)),
        ("server: {bind: []}\n", ("ASM205", 3)),
        ("role: wbe\n", ("ASM205", 3)),
        ("debug: maybe\n", ("ASM205", 3)),
        ("extensions: {a: 1}\n", ("ASM202", 3)),
        ("config: [{use: values, with: {A: '${NOT_SET}'}}]\n", ("ASM304", 3)),
        ("config: [{use: values, with: {A: '${A:?say it}'}}]\n", ("ASM307", 3)),
        ("config: [{use: '${A}'}]\n", ("ASM306", 3)),
        ("config: [{use: object, with: {target: '${A:-os}'}}]\n", ("ASM306", 3)),
        ("config: [{use: settings, with: {target: '${A:-os}'}}]\n", ("ASM306", 3)),
        ("config: [{use: argument, with: {default: '${A:-os:x}'}}]\n", ("ASM306", 3)),
        ("config: [{use: argument, with: {choose: '${A:-os:x}'}}]\n", ("ASM306", 3)),
        ("config: [{use: secrets, with: {path: ''}}]\n", ("ASM205", 3)),
        (
            "config: [{use: argument, with: {choose: 'a:b', default: '${A:-os:x}'}}]\n",
            ("ASM306", 3),
        ),
        ("extensions: [{use: imports, with: {modules: ['${A:-os}']}}]\n", ("ASM306", 3)),
        ("debug: ${A}\n", ("ASM304", 3)),
        ("extensions: [{use: logging, when: '${A}'}]\n", ("ASM304", 3)),
    ],
)
def test_what_is_wrong_is_said_at_its_line(
    tmp_path: Path, text: str, expected: tuple[str, int]
) -> None:
    """One diagnostic for one mistake."""
    assert get_found(tmp_path, text) == [expected]


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    """Shape, names, order and options together, in file order."""
    text = """\
naem: x
patches: [psycopg2, gevent]
config:
  - {use: values, wiht: {}}
extensions:
  - databse
  - {use: migrate, with: {directoy: x}, after: [nothing]}
server: {workers: none}
"""
    assert get_found(tmp_path, text) == [
        ("ASM201", 3),
        ("ASM402", 4),
        ("ASM201", 6),
        ("ASM502", 8),
        ("ASM201", 9),
        ("ASM309", 9),
        ("ASM205", 10),
    ]


def test_a_missing_version_is_said(tmp_path: Path) -> None:
    """And an unknown one."""
    for text, code in (("name: x\n", "ASM203"), ("version: 2\n", "ASM204")):
        (tmp_path / "p.yaml").write_text(text)
        with pytest.raises(ProfileError) as caught:
            load_plan(tmp_path / "p.yaml", env={})
        assert [one.code for one in caught.value.diagnostics] == [code]


def test_a_reference_stands_for_a_value_of_any_type(tmp_path: Path) -> None:
    """Typed options are checked without it until it is resolved."""
    text = "extensions: [{use: database, with: {pool_size: {$config: POOL}}}]\n"
    assert plan(tmp_path, text).extensions[0].step.name == "database"


def test_the_text_of_a_variable_becomes_the_type_of_the_option(tmp_path: Path) -> None:
    """Quoted or not, where the schema knows the type."""
    text = """\
extensions: [{use: database, with: {pool_size: "${POOL}", pool_pre_ping: "${PING}"}}]
server: {workers: "${WORKERS}", bind: "${BIND}"}
"""
    env = {"POOL": "7", "PING": "ON", "WORKERS": "3", "BIND": "127.0.0.1:9"}
    server = plan(tmp_path, text, env).profile.server
    assert (server.workers, server.bind) == (3, ("127.0.0.1:9",))


def test_a_name_to_choose_by_may_come_from_the_environment(tmp_path: Path) -> None:
    """It is looked up in a mapping, and names no code."""
    text = "config: [{use: argument, with: {choose: 'a:b', default: '${LEVEL:-testing}'}}]\n"
    assert plan(tmp_path, text).config[0].step.name == "argument"


def test_debug_under_gevent_is_allowed_with_a_warning(tmp_path: Path) -> None:
    """Whoever runs it: breakpoints will not work."""
    write_files(tmp_path, {"profile.yaml": HEAD + "debug: true\npatches: [gevent]\n"})
    (warning,) = load_plan(tmp_path / "profile.yaml", env={}).warnings
    assert (warning.code, str(warning.severity), warning.place.span.line) == (
        "ASM417",
        "warning",
        4,
    )
    assert warning.hint == "Set `when: {debug: false}` on the patch."
