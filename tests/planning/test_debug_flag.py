"""Who decides whether debug is on, as far as nothing needs to run for it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from assembler.commands.plan import command
from assembler.modules.config_object import read_config_object
from assembler.modules.module_index import ModuleIndex
from assembler.planning.debug_flag import find_debug_flag
from assembler.planning.loading import load_plan
from tests.support.projects import in_folder, write_files

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

CODE = "config: [{use: object, with: {target: x}}]\n"
FILES = {
    "on.toml": "DEBUG = true\n",
    "none.toml": "X = 1\n",
    "off.env": "DEBUG=off\n",
    "empty.env": "DEBUG=\n",
    "wrong.env": "DEBUG=perhaps\n",
    "code.py": "DEBUG = True\n",
    "secrets/debug": "true\n",
    "conf.py": (
        "import os\n\n\nclass Base:\n    NAME = os.environ.get('NAME')\n\n\n"
        "class On(Base):\n    DEBUG = True\n\n\n"
        "class Off(On):\n    DEBUG: bool = False\n\n\n"
        "class Asks(On):\n    DEBUG = bool(os.environ.get('X'))\n\n\n"
        "class Wrong(On):\n    DEBUG = 'False'\n"
    ),
}


def find(folder: Path, text: str, env: Mapping[str, str] | None = None) -> str:
    """Return who decides, for a profile below ``version: 1``."""
    write_files(folder, {"web.yaml": f"version: 1\n{text}", **FILES})
    with in_folder(folder):
        loaded = load_plan("web.yaml", env=env or {})
        modules = ModuleIndex([str(folder)])
        return str(
            find_debug_flag(
                loaded.plan,
                loaded.env,
                loaded.root,
                lambda target: read_config_object(target, modules, loaded.policy),
            )
        )


@pytest.mark.parametrize(
    ("text", "env", "expected"),
    [
        ("", {}, "debug false, by default"),
        ("", {"FLASK_DEBUG": "\n"}, "debug false, by default"),
        ("", {"FLASK_DEBUG": "off\n"}, "debug false, by FLASK_DEBUG"),
        ("", {"FLASK_DEBUG": "1"}, "debug true, by FLASK_DEBUG"),
        ("debug: true\n", {"FLASK_DEBUG": "0"}, "debug true, by the profile (web.yaml:2)"),
        (f"debug: ${{D:-no}}\n{CODE}", {}, "debug false, by the profile (web.yaml:2)"),
    ],
)
def test_profile_and_environment_decide(
    tmp_path: Path, text: str, env: dict[str, str], expected: str
) -> None:
    """Where no source does."""
    assert find(tmp_path, text, env) == expected


@pytest.mark.parametrize(
    ("source", "env", "expected"),
    [
        ("{use: values, with: {DEBUG: true}}", {}, "true"),
        ("{use: values, with: {DEBUG: '${X:-off}'}}", {}, "false"),
        ("{use: values, with: {DEBUG: '${X:-off}'}}", {"X": "1"}, "true"),
        ("{use: values, with: {DEBUG: '${X:-}'}}", {}, None),
        ("{use: values, with: {A: 1}}", {}, None),
        ("{use: values, when: false, with: {DEBUG: true}}", {}, None),
        ("{use: env, with: {prefix: SHOP}}", {"SHOP_DEBUG": "off"}, "false"),
        ("{use: env, with: {prefix: SHOP}}", {"SHOP_DEBUG": ""}, None),
        ("{use: env, with: {prefix: SHOP}}", {}, None),
        ("{use: env}", {"FLASK_DEBUG": "yes"}, "true"),
        ("{use: file, with: {path: on.toml}}", {}, "true"),
        ("{use: file, with: {path: none.toml}}", {}, None),
        ("{use: file, with: {path: off.env}}", {}, "false"),
        ("{use: dotenv, with: {path: off.env}}", {}, "false"),
        ("{use: dotenv, with: {path: empty.env}}", {}, None),
        ("{use: object, with: {target: 'conf:Base'}}", {}, None),
        ("{use: object, with: {target: 'conf:On'}}", {}, "true"),
        ("{use: object, with: {target: 'conf:Off'}}", {}, "false"),
    ],
)
def test_source_that_is_read_beforehand_decides(
    tmp_path: Path, source: str, env: dict[str, str], expected: str | None
) -> None:
    """It is named, with its place; ``None``: it leaves the flag alone."""
    name = source.split()[1].strip(",}")

    found = find(tmp_path, f"config: [{source}]\n", env)

    by = f"debug {expected}, by config source '{name}' (web.yaml:2)"
    assert found == (by if expected else "debug false, by default")


@pytest.mark.parametrize(
    "source",
    [
        "{use: object, with: {target: x}}",
        "{use: object, with: {target: 'conf:Asks'}}",
        "{use: object, with: {target: 'conf:Wrong'}}",
        "{use: object, with: {target: {$import: 'conf:Off'}}}",
        "{use: object, with: {target: conf}}",
        "{use: settings, with: {target: 'x:Y'}}",
        "{use: argument}",
        "{use: secrets, with: {path: secrets}}",
        "{use: file, with: {path: code.py}}",
        "{use: file, with: {path: on.toml, relative_to: instance}}",
        "{use: file, with: {path: nothing.toml}}",
        "{use: dotenv, with: {path: wrong.env}}",
        "{use: values, with: {DEBUG: {$import: 'x:y'}}}",
        "{use: values, when: {$config: X}, with: {DEBUG: true}}",
    ],
)
def test_source_that_may_set_it_decides_at_run(tmp_path: Path, source: str) -> None:
    """Never false, whatever FLASK_DEBUG says."""
    name = source.split()[1].strip(",}")
    by = f"debug decided at run, by config source '{name}' (web.yaml:2)"

    assert find(tmp_path, f"config: [{source}]\n") == by
    assert find(tmp_path, f"config: [{source}]\n", {"FLASK_DEBUG": "0"}) == by


def test_last_source_is_the_one_that_counts(tmp_path: Path) -> None:
    """A value after code is certain, code after a value is not."""
    code, value = (
        "  - {use: object, with: {target: x}}\n",
        "  - {use: values, with: {DEBUG: true}}\n",
    )

    assert find(tmp_path, f"config:\n{code}{value}") == (
        "debug true, by config source 'values' (web.yaml:4)"
    )
    assert find(tmp_path, f"config:\n{value}{code}  - argument\n") == (
        "debug decided at run, by config source 'object' (web.yaml:4), "
        "config source 'argument' (web.yaml:5)"
    )


def test_plan_prints_it(tmp_path: Path) -> None:
    """In words, and in JSON as a flag that is null where it is decided at run."""
    write_files(tmp_path, {"web.yaml": f"version: 1\n{CODE}"})
    run = CliRunner().invoke
    with in_folder(tmp_path):
        words = run(command, ["web.yaml"]).stdout
        facts = json.loads(run(command, ["web.yaml", "--output-format", "json"]).stdout)

    by = "config source 'object'"
    assert words.startswith(f"web (web), debug decided at run, by {by} (web.yaml:2), ")
    assert (facts["debug"], facts["debug_by"]) == (None, by)
