"""No command that prints a profile, or what is wrong with it, shows a secret of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml

from assembler.__main__ import main
from assembler.document.nodes import iter_scalars
from assembler.planning.loading import load_profile
from assembler.planning.step_forms import find_secret_options
from assembler.secrets.masking import mask_profile, mask_written
from tests.support.projects import HEAD, write_files

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in the test's folder, away from this project's policy."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def show(folder: Path, capsys: pytest.CaptureFixture[str], text: str, *options: str) -> Any:  # noqa: ANN401 - YAML
    """Return what `show` prints of a profile with these steps."""
    write_files(folder, {"web.yaml": HEAD + text})
    assert main(["show", *options, "web.yaml"]) == 0
    return yaml.safe_load(capsys.readouterr().out)


def show_values(
    folder: Path, capsys: pytest.CaptureFixture[str], values: str, *options: str
) -> Any:  # noqa: ANN401 - YAML
    """Return what `show` prints of a `values` source."""
    text = f"config: [{{use: values, with: {values}}}]\n"
    return show(folder, capsys, text, *options)["config"][0]["with"]


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ("{API_TOKEN: a, NAME: b}", {"API_TOKEN": "***", "NAME": "b"}),
        ("{API_TOKEN: 12}", {"API_TOKEN": "***"}),
        (
            "{API_TOKEN: null, SECRET: true, TOKEN: ''}",
            {"API_TOKEN": None, "SECRET": True, "TOKEN": ""},
        ),
        ("{TOKENS: [a, {b: c}]}", {"TOKENS": ["***", {"b": "***"}]}),
        ("{MAIL: {password: a, host: b}}", {"MAIL": {"password": "***", "host": "b"}}),
        ("{SECRETS: {host: a, size: 1}}", {"SECRETS": {"host": "***", "size": "***"}}),
        ("{URL: 'x://u:p@h/d'}", {"URL": "x://u:***@h/d"}),
        ("{TOKEN: {$file: a/b}}", {"TOKEN": {"$file": "a/b"}}),
        ("{TOKEN: {$config: OTHER}}", {"TOKEN": {"$config": "OTHER"}}),
        ("{TOKEN: {$import: 'a:b'}}", {"TOKEN": {"$import": "a:b"}}),
        ("{TOKEN: {$app: name}}", {"TOKEN": {"$app": "name"}}),
        ("{TOKEN: {$argument: name}}", {"TOKEN": {"$argument": "name"}}),
        (
            "{TOKEN: {$call: 'a:b', args: [c], with: {d: e}}}",
            {"TOKEN": {"$call": "a:b", "args": ["***"], "with": {"d": "***"}}},
        ),
        (
            "{TOKEN: {$format: 'x{a}', with: {a: b}}}",
            {"TOKEN": {"$format": "***", "with": {"a": "***"}}},
        ),
        ("{A: '${API_TOKEN:-geheim}'}", {"A": "***"}),
        ("{A: 'x ${API_TOKEN:-geheim} y'}", {"A": "***"}),
        ("{A: '${NAME:-geheim}'}", {"A": "geheim"}),
        ("{A: '${NAME:-${DB_PASSWORD:-geheim}}'}", {"A": "***"}),
    ],
)
def test_show_masks_secrets_and_nothing_else(
    folder: Path, capsys: pytest.CaptureFixture[str], values: str, shown: object
) -> None:
    """Under a secret's key, from a secret's variable, in a URL; a reference is no secret."""
    assert show_values(folder, capsys, values) == shown


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ("{A: '${API_TOKEN:-geheim}'}", {"A": "${API_TOKEN:-***}"}),
        ("{A: 'x${API_TOKEN:-geheim}y${NAME:-z}'}", {"A": "x${API_TOKEN:-***}y${NAME:-z}"}),
        ("{TOKEN: '${NAME}'}", {"TOKEN": "${NAME}"}),
        ("{TOKEN: '${TOKEN:-geheim}'}", {"TOKEN": "${TOKEN:-***}"}),
        ("{TOKEN: 'geheim ${NAME}'}", {"TOKEN": "***"}),
        ("{TOKEN: 'geheim'}", {"TOKEN": "***"}),
        ("{A: 'x://${U}:${DB_PASSWORD:-p}@h'}", {"A": "x://${U}:***@h"}),
    ],
)
def test_show_masks_what_stands_in_for_a_variable(
    folder: Path, capsys: pytest.CaptureFixture[str], values: str, shown: object
) -> None:
    """With `--no-interpolate` the variable's name is shown, and a secret's default is not."""
    assert show_values(folder, capsys, values, "--no-interpolate") == shown


def test_secret_that_looks_like_a_variable_is_masked(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a variable holds is not read for more variables, so it names none."""
    monkeypatch.setenv("SHOP_KEY", "${geheim}")

    assert show_values(folder, capsys, "{TOKEN: '${SHOP_KEY}'}") == {"TOKEN": "***"}


def test_name_of_the_step_that_gives_a_secret_is_shown(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It leads the reader to the secret, and says nothing of it."""
    text = 'extensions: ["a:b", {use: "c:d", with: {token: {$step: "a:b"}}}]\n'

    assert show(folder, capsys, text)["extensions"][1]["with"] == {"token": {"$step": "a:b"}}


def test_no_part_of_a_masked_value_holds_the_secret(folder: Path) -> None:
    """Whatever is printed of it: its text, its value, or how it was written."""
    values = "{TOKEN: geheim, A: '${API_TOKEN:-geheim}', B: '${API_TOKEN:-geheim} b'}"
    write_files(folder, {"web.yaml": f"{HEAD}config: [{{use: values, with: {values}}}]\n"})
    loaded = load_profile("web.yaml", env={})

    masked = mask_profile(loaded.node, find_secret_options)

    parts = [(one.text, one.value, one.written) for one in iter_scalars(masked)]
    assert ("***", "***", None) in parts
    assert "geheim" not in str(parts)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("${API_TOKEN:-a}", "${API_TOKEN:-***}"),
        ("${API_TOKEN-a}", "${API_TOKEN-***}"),
        ("${API_TOKEN:+a}", "${API_TOKEN:+***}"),
        ("${API_TOKEN:-${DB_PASSWORD:-b}}", "${API_TOKEN:-***}"),
        ("${API_TOKEN:-${DB_PASSWORD:-b}} ${X:-c}", "${API_TOKEN:-***} ${X:-c}"),
        ("${NAME:-${DB_PASSWORD:-b}}", "${NAME:-${DB_PASSWORD:-***}}"),
        ("${API_TOKEN:-${A:-b}${TOKEN:-c}}d${SECRET:-e}", "${API_TOKEN:-***}d${SECRET:-***}"),
        ("${API_TOKEN}", "${API_TOKEN}"),
        ("${API_TOKEN:?ask for it}", "${API_TOKEN:?ask for it}"),
        ("${API_TOKEN:-}", "${API_TOKEN:-}"),
        ("$API_TOKEN ${", "$API_TOKEN ${"),
        ("x://u:p@h/${X}", "x://u:***@h/${X}"),
    ],
)
def test_written_text_is_masked_once_for_nested_variables(text: str, masked: str) -> None:
    """A variable inside the default of a secret one goes with it, and nothing is said twice."""
    assert mask_written(text) == masked


def test_option_that_a_catalogue_step_calls_secret_is_masked(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`key` and `fallbacks` of `secret_key` have no secret-looking names."""
    text = """\
extensions:
  - {use: secret_key, with: {key: a, fallbacks: [b, c]}}
  - {use: "a:b", with: {key: d}}
  - {use: secret_key, name: other}
"""
    shown = show(folder, capsys, text)["extensions"]

    assert shown[0]["with"] == {"key": "***", "fallbacks": ["***", "***"]}
    assert shown[1]["with"] == {"key": "d"}


@pytest.mark.parametrize("command", ["plan", "lint"])
@pytest.mark.parametrize(
    "text",
    [
        "extensions: [{use: secret_key, with: {fallbacks: geheim-fallback-1}}]\n",
        "extensions: [{use: database, with: {pool_size: {password: geheim-below-1}}}]\n",
        "server: {workers: 'x://u:geheim-in-url-1@h'}\n",
        "role: 'x://u:geheim-in-url-1@h'\n",
    ],
)
def test_message_and_hint_mask_secrets(
    folder: Path, capsys: pytest.CaptureFixture[str], command: str, text: str
) -> None:
    """A hint that quotes what was written quotes no secret."""
    write_files(folder, {"web.yaml": HEAD + text})

    assert main([command, "web.yaml"]) == 1

    printed = capsys.readouterr()
    assert "ASM" in printed.out + printed.err
    assert "geheim" not in printed.out + printed.err


def test_hint_that_repeats_a_secret_masks_it(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In every spelling that the hint suggests: as a string, as a number."""
    text = "config: [{use: values, with: {API_KEY: 0123456789}}]\n"
    write_files(folder, {"web.yaml": HEAD + text})

    assert main(["lint", "web.yaml"]) == 1

    printed = capsys.readouterr().out
    assert 'hint: Write "***" for the string, or *** for the decimal number.' in printed
    assert "123456789" not in printed
