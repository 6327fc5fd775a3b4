"""References in options give their value when the step is reached, or a diagnostic."""

from __future__ import annotations

from textwrap import indent
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.projects import HEAD, assemble_text, get_diagnostics, write_files

if TYPE_CHECKING:
    from pathlib import Path

    from assembler.diagnostics.diagnostic import Diagnostic

MODULES = {
    "parts.py": '''\
"""What references name."""


class Db:
    def __init__(self):
        self.name = "db"


db = Db()
trace = []


def join(*parts, sep="-"):
    return sep.join(parts)


def fail(word="it broke"):
    raise RuntimeError(word)


def nothing():
    return None


def get_name(app):
    return app.name


def note(app, word):
    trace.append(word)
    return word
''',
}
LINE = HEAD.count("\n") + 1  # of the first line of a text


def get_value(folder: Path, written: str, config: str = "{}", **files: str) -> Any:  # noqa: ANN401 - of any type
    """Return what a step gets for an option that is written so."""
    write_files(folder, files)
    text = f"""\
config: [{{use: values, with: {config}}}]
extensions:
  - {{use: "parts:note", name: first, with: {{word: made}}}}
  - {{use: attributes, with: {{got: {written}}}}}
"""
    return assemble_text(folder, text, MODULES).got  # type: ignore[attr-defined]  # the step sets it


def find_fault(folder: Path, written: str, steps: str = "") -> Diagnostic:
    """Return what is wrong with an option; its line is the sixth of the file."""
    text = f"""\
config: [{{use: values, with: {{HOST: x}}}}]
extensions:
{steps or '  - {use: "parts:note", name: earlier, with: {word: x}}'}
  - use: attributes
    with: {{got: {written}}}
"""
    (found,) = get_diagnostics(folder, text, MODULES)
    return found


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("{$config: ZERO}", 0),
        ("{$config: NONE}", None),
        ("{$config: TEXT}", "a"),
        ("{$app: name}", "project"),
        ("{$app: __class__.__name__}", "Flask"),
        ("{$call: 'parts:get_name', args: [{$app: .}]}", "project"),
        ("{$app: config.root_path}", None),
        ("{$step: first}", "made"),
        ("{$import: 'parts:db.name'}", "db"),
        ("{$call: 'parts:nothing'}", None),
        ("{$call: 'parts:join', args: []}", ""),
        ("{$call: 'parts:join', args: [a, {$config: TEXT}]}", "a-a"),
        ("{$call: 'parts:join', args: [a, b], with: {sep: {$config: TEXT}}}", "aab"),
        ("{$format: plain}", "plain"),
        ("{$format: '{a}{b}', with: {a: 1, b: {$config: TEXT}}}", "1a"),
        ("{$format: '{{{a}}}', with: {a: 1}}", "{1}"),
        ("[1, {a: [{$config: TEXT}, b]}]", [1, {"a": ["a", "b"]}]),
    ],
)
def test_reference_gives_its_value(tmp_path: Path, written: str, value: object) -> None:
    """A value that is false, or nothing, is a value."""
    if "root_path" in written:
        assert str(get_value(tmp_path, written, "{TEXT: a}")) == str(tmp_path)
    else:
        assert get_value(tmp_path, written, "{ZERO: 0, NONE: null, TEXT: a}") == value


def test_file_is_stripped_and_relative_to_the_profile(tmp_path: Path) -> None:
    """Whatever space is around its text."""
    write_files(tmp_path, {"below/word.txt": "\n  a word \n\n"})

    assert get_value(tmp_path, "{$file: below/word.txt}") == "a word"


def test_file_is_a_secret_from_then_on(tmp_path: Path) -> None:
    """Whatever fails later does not show it."""
    write_files(tmp_path, {"word.txt": "geheim-from-file-1"})

    found = find_fault(tmp_path, "{$call: 'parts:fail', args: [{$file: word.txt}]}")

    assert found.message.endswith("RuntimeError: ***")


def test_file_outside_of_what_the_policy_allows_is_rejected(tmp_path: Path) -> None:
    """With the folder's key as the remedy; what is inside is read."""
    policy = '[tool.assembler]\nallow_files = ["inside"]\n'
    write_files(tmp_path, {"pyproject.toml": policy, "inside/a": "b", "outside/a": "c"})

    assert get_value(tmp_path, "{$file: inside/a}") == "b"
    found = find_fault(tmp_path, "{$file: outside/a}")
    assert (found.name, found.place.span.line) == ("file-not-allowed", LINE + 4)
    assert '"outside/a"' in found.message
    assert "`allow_files`" in str(found.hint)
    assert "pyproject.toml" in str(found.hint)


@pytest.mark.parametrize(
    ("written", "name", "words", "hint"),
    [
        ("{$config: HOTS}", "config-key-missing", '"HOTS"', "HOST"),
        ("{$config: ZZZZZZ}", "config-key-missing", '"ZZZZZZ"', "config source"),
        ("{$app: nam}", "app-attribute-missing", '"nam"', "name"),
        ("{$app: config.zzzzzz}", "app-attribute-missing", '"config.zzzzzz"', "$config"),
        ("{$app: blueprints.zzzzzz}", "app-attribute-missing", '"blueprints.zzzzzz"', "Flask obj"),
        ("{$step: earlie}", "unknown-step", "'earlie'", "'earlier'"),
        ("{$step: zzzzzz}", "unknown-step", "'zzzzzz'", "before this one"),
        ("{$step: 'parts:note'}", "unknown-step", "'parts:note'", "Write 'earlier', the name of"),
        ("{$file: none}", "value-file-unreadable", '"none"', "relative to"),
        ("{$file: .}", "value-file-unreadable", "is a directory", "relative to"),
        ("{$file: latin}", "value-file-unreadable", "utf-8", "relative to"),
        ("{$call: 'parts:trace'}", "call-failed", '"parts:trace"', "callable"),
        ("{$call: 'parts:fail'}", "call-failed", "RuntimeError: it broke", "raised"),
        ("{$call: 'parts:join', with: {sp: a}}", "wrong-option", '"sp"', "sep"),
        ("{$format: '{a}'}", "format-failed", '"a"', "`with`"),
        (
            "{$format: '{a}{a}', with: {a: {$call: 'builtins:str.ljust', args: [a, 600000]}}}",
            "format-failed",
            "1,048,576 characters",
            "file",
        ),
    ],
)
def test_reference_that_gives_nothing_is_reported(
    tmp_path: Path, written: str, name: str, words: str, hint: str
) -> None:
    """Where it is written, with the near miss or what to do."""
    (tmp_path / "latin").write_bytes(b"\xe9")

    found = find_fault(tmp_path, written)

    assert found.place.span.line == LINE + 4
    assert words.lower() in found.message.lower()
    assert hint in str(found.hint)
    assert found.name == name


@pytest.mark.parametrize("is_too_long", [False, True])
def test_format_may_make_as_much_as_a_file_may_hold(tmp_path: Path, *, is_too_long: bool) -> None:
    """To the character, whatever parts it is made of."""
    long = "{$call: 'builtins:str.ljust', args: [a, 524288]}"
    text = f"{{$format: '{{a}}{{a}}{'.' if is_too_long else ''}', with: {{a: {long}}}}}"
    if is_too_long:
        assert find_fault(tmp_path, text).name == "format-failed"
    else:
        assert len(get_value(tmp_path, text)) == 1_048_576


def test_python_s_own_names_of_the_app_are_not_followed_where_modules_are_limited(
    tmp_path: Path,
) -> None:
    """As in any object reference."""
    policy = '[tool.assembler]\nallow = ["parts", "flask"]\n'
    write_files(tmp_path, {"pyproject.toml": policy})

    found = find_fault(tmp_path, "{$app: make_response.__globals__}")

    assert found.message == (
        'the policy does not allow the name "__globals__" in "make_response.__globals__"'
    )


def test_call_that_fails_shows_where_it_was_raised(tmp_path: Path) -> None:
    """The frame of the project is a related place."""
    found = find_fault(tmp_path, "{$call: 'parts:fail'}")

    assert [one.place.path.rpartition("/")[2] for one in found.related] == ["parts.py"]


def test_fault_inside_the_arguments_of_a_call_is_its_own(tmp_path: Path) -> None:
    """At the inner reference, not as a failure of the call."""
    found = find_fault(tmp_path, "{$call: 'parts:join', args: [{$config: NOWHERE}]}")

    assert found.name == "config-key-missing"


def test_step_that_was_skipped_repeats_why(tmp_path: Path) -> None:
    """And says how to keep both together."""
    steps = '  - {use: "parts:note", name: earlier, when: {$config: OFF}}'
    found = find_fault(tmp_path, "{$step: earlier}", steps)

    assert found.name == "step-was-skipped"
    assert "config OFF" in found.message
    assert "`when`" in str(found.hint)


def test_only_own_names_of_an_object_are_suggested(tmp_path: Path) -> None:
    """Nothing that starts with an underscore."""
    found = find_fault(tmp_path, "{$app: _got_first_reques}")

    assert "_got_first_request" not in str(found.hint)


def test_variable_in_a_typed_option_keeps_its_text(tmp_path: Path) -> None:
    """Where a string is expected, `0123` is one; at any depth, and beside what is written."""
    text = """\
extensions:
  - use: directories
    with: {paths: ["${FIRST}", "x${FIRST}", plain]}
  - use: attributes
    with:
      got:
        - "${FIRST}"
        - ${FIRST}
        - deep: ${FIRST}
"""
    app = assemble_text(tmp_path, text, MODULES, env={"FIRST": "0123"})

    made = {path.name for path in (tmp_path / "instance").iterdir()}
    assert {"0123", "x0123", "plain"} <= made
    assert app.got == ["0123", 123, {"deep": 123}]  # type: ignore[attr-defined]  # the step sets it


@pytest.mark.parametrize(
    ("options", "made"),
    [
        ("- {$config: NAME}\n- ${FIRST}", {"named", "0123"}),
        ("- $config: NOTHING\n  default: ${FIRST}", {"0123"}),
        ("$config: NOTHING\ndefault:\n  - ${FIRST}\n  - more", {"0123", "more"}),
    ],
)
def test_variable_beside_a_reference_keeps_its_text(
    tmp_path: Path, options: str, made: set[str]
) -> None:
    """In a default, too: the option's type is known, though its value is not yet."""
    text = f"""\
config: [{{use: values, with: {{NAME: named}}}}]
extensions:
  - use: directories
    with:
      paths:
{indent(options, " " * 8)}
"""
    assemble_text(tmp_path, text, MODULES, env={"FIRST": "0123"})

    assert {path.name for path in (tmp_path / "instance").iterdir()} == made


def test_fault_of_a_profile_that_a_call_assembles_is_kept(tmp_path: Path) -> None:
    """It has places of its own, and is no failure of the call."""
    modules = {
        **MODULES,
        "inner.py": "import assembler\n\ndef make():\n    assembler.create_app('inner.yaml')\n",
        "inner.yaml": "version: 1\nnaem: x\n",
    }
    text = "extensions: [{use: attributes, with: {got: {$call: 'inner:make'}}}]\n"

    found = get_diagnostics(tmp_path, text, modules)

    assert [(one.place.path, one.name) for one in found][:1] == [("inner.yaml", "unknown-key")]


@pytest.mark.parametrize(
    ("reference", "value"),
    [
        ("{$config: A.b.c}", 1),
        ("{$config: A.x.y}", "dotted"),
        ("{$config: NOTHING, default: 5}", 5),
        ("{$config: A.nothing, default: [a, {$config: A.b.c}]}", ["a", 1]),
        ("{$config: NOTHING, default: null}", None),
        ("{$config: A.b.c, default: 5}", 1),
    ],
)
def test_config_takes_a_path_and_a_default(tmp_path: Path, reference: str, value: object) -> None:
    """At any depth of the options; a default may hold references itself."""
    text = (
        "config:\n"
        "  - {use: values, with: {A: {b: {c: 1}, x.y: dotted}}}\n"
        f"  - {{use: values, name: more, with: {{RESULT: {reference}}}}}\n"
    )

    assert assemble_text(tmp_path, text).config["RESULT"] == value


def test_path_that_leads_nowhere_is_an_error_with_the_near_miss(tmp_path: Path) -> None:
    """At the key."""
    text = (
        "config:\n"
        "  - {use: values, with: {A: {poolsize: 1}}}\n"
        "  - {use: values, name: more, with: {RESULT: {$config: A.pool_size}}}\n"
    )

    (found,) = get_diagnostics(tmp_path, text)

    assert (found.name, found.message) == ("config-key-missing", 'config has no key "A.pool_size"')
    assert found.hint == "Did you mean 'A.poolsize'?"
