"""What carrying out the steps keeps: secrets that are masked, outcomes, times."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tests.support.projects import assemble_text, get_diagnostics, write_files

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

MODULES = {
    "steps_here.py": '''\
"""Steps that fail in words of their own."""
from assembler.steps import StepFault


def fail(app, word="it broke"):
    raise RuntimeError(word)


def refuse(app, word):
    raise StepFault("no", hint=f"Use {word} elsewhere.")


def note(app):
    app.extensions["noted"] = True
''',
}


def test_value_of_a_secret_source_is_masked_in_the_error_of_a_later_step(tmp_path: Path) -> None:
    """Under whatever name: it is a secret because of where it came from."""
    write_files(tmp_path, {"mounted/plain_name": "geheim-from-folder-1\n"})
    text = """\
config: [{use: secrets, with: {path: mounted}}]
extensions: [{use: "steps_here:fail", with: {word: {$config: PLAIN_NAME}}}]
"""

    (found,) = get_diagnostics(tmp_path, text, MODULES)

    assert "RuntimeError: ***" in found.message
    assert "geheim-from-folder-1" not in str(found)


def test_secret_in_a_hint_is_masked(tmp_path: Path) -> None:
    """A hint is shown as well."""
    text = """\
config: [{use: values, with: {API_TOKEN: geheim-in-hint-1}}]
extensions: [{use: "steps_here:refuse", with: {word: {$config: API_TOKEN}}}]
"""

    (found,) = get_diagnostics(tmp_path, text, MODULES)

    assert found.hint == "Use *** elsewhere."


def test_secret_that_config_got_before_the_failure_is_masked(tmp_path: Path) -> None:
    """Config is searched again whenever something fails: it has grown since."""
    text = """\
extensions:
  - {use: "steps_here:fail", name: first, on_error: skip}
  - {use: attributes, with: {"config": {API_TOKEN: geheim-set-late-1}}}
  - {use: "steps_here:fail", name: second, with: {word: geheim-set-late-1}}
"""

    assert "geheim-set-late-1" not in str(get_diagnostics(tmp_path, text, MODULES))


def test_step_that_failed_does_not_count_as_the_one_an_app_takes(tmp_path: Path) -> None:
    """An app takes `health` once, but a first one that was given up leaves its place."""
    text = """\
extensions:
  - {use: health, name: broken, on_error: skip, with: {url_prefix: {$config: NOT_THERE}}}
  - {use: health, name: sound}
"""

    report = assemble_text(tmp_path, text, MODULES).extensions["assembler"]

    outcomes = {step.name: str(step.outcome) for step in report.steps}
    assert outcomes == {"broken": "partial", "sound": "done"}


def test_second_step_of_a_kind_that_an_app_takes_once_is_rejected(tmp_path: Path) -> None:
    """Where the first was done."""
    text = "extensions: [health, {use: health, name: again, when: {$config: TESTING}}]\n"

    assemble_text(tmp_path, text, MODULES)
    faults = get_diagnostics(tmp_path, text, MODULES, config={"TESTING": True})

    assert [one.place.span.column for one in faults] == [28]


def test_run_time_of_a_step_leaves_out_its_import_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock here goes on only where the module and the step say so."""
    modules = {
        "clock.py": "now = 0.0\n\n\ndef read():\n    return now\n",
        "slow.py": ("import clock\n\nclock.now += 5\n\n\ndef step(app):\n    clock.now += 2\n"),
        "parts.py": "import time, clock\n\n\ndef start(app):\n    time.perf_counter = clock.read\n",
    }
    monkeypatch.setattr(time, "perf_counter", time.perf_counter)  # put back at the end
    text = "extensions: ['parts:start', 'slow:step']\n"

    report = assemble_text(tmp_path, text, modules).extensions["assembler"]

    timed = report.steps[-1]
    assert (timed.import_ms, timed.run_ms) == (5000, 2000)


def test_skipped_step_keeps_its_reason_for_whoever_needs_it(tmp_path: Path) -> None:
    """`$step` of a step that was skipped, or failed, repeats why."""
    text = """\
extensions:
  - {use: "steps_here:note", name: off, when: {$config: NOT_THERE}}
  - {use: "steps_here:fail", name: on, with: {word: {$step: off}}}
"""
    (skipped,) = get_diagnostics(tmp_path, text, MODULES)
    assert "config NOT_THERE" in skipped.message

    text = text.replace("note", "fail").replace("when: {$config: NOT_THERE}", "on_error: skip")
    (failed,) = get_diagnostics(tmp_path, text, MODULES)
    assert "it broke" in failed.message


def test_secrets_of_a_skipped_step_are_masked_in_every_error(tmp_path: Path) -> None:
    """By their keys, by the catalogue, in URLs; words, and what a reference names, are none."""
    text = """\
extensions:
  - {use: secret_key, when: {$config: OFF}, with: {key: geheim-key-1, fallbacks: [geheim-old-1]}}
  - use: "steps_here:note"
    when: {$config: OFF}
    with:
      api_token: {$config: PLAIN_NAME}
      tokens: [yes_or_no, {deep: geheim-deep-1}]
      password: true
      secret:
      url: "x://u:geheim-url-1@h"
  - use: "steps_here:fail"
    with: {word: "%s"}
"""
    said = "geheim-key-1 geheim-old-1 geheim-deep-1 yes_or_no geheim-url-1 PLAIN_NAME true None"

    (found,) = get_diagnostics(tmp_path, text % said, MODULES)

    assert found.message.endswith("RuntimeError: *** *** *** *** *** PLAIN_NAME true None")
