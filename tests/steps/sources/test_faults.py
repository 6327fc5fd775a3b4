"""What is wrong with a source is reported at its option in the profile, with what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.projects import assemble_text, get_diagnostics, write_files

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MODULES = {
    "parts.py": '''\
"""What sources name."""
from pydantic import BaseModel, Field, SecretBytes, SecretStr, model_validator

NUMBER = 3


class Production:
    LEVEL = "production"


class Testing:
    LEVEL = "testing"


LEVELS = {"production": Production, "testing": Testing, "with.dot": Testing}


def build():
    return {"LEVEL": "built"}


class Plain(BaseModel):
    level: str
    limit: int = Field(5, alias="the_limit")


class Pair(BaseModel):
    low: int = 1
    high: int = 0

    @model_validator(mode="after")
    def check(self):
        raise ValueError("Low is above high")


class Hidden(BaseModel):
    token: SecretStr = SecretStr("a")
    raw: SecretBytes = SecretBytes(b"b")
''',
    "three.cfg.env": "LEVEL=three\n",
    "settings.conf": "LEVEL=conf\n",
    "twice/a.b": "1",
    "twice/a-b": "2",
}


@pytest.mark.parametrize(
    ("step", "name", "option", "said"),
    [
        (
            "use: argument, with: {choose: 'parts:NUMBER', default: a}",
            "config-not-a-mapping",
            "'parts:NUMBER'",
            ["int"],
        ),
        (
            "use: argument, with: {choose: 'parts:LEVELS', default: testin}",
            "source-failed",
            "'parts:LEVELS'",
            ['"testin"', "'testing'"],
        ),
        (
            "use: argument, with: {choose: 'parts:LEVELS', default: zzz}",
            "source-failed",
            "'parts:LEVELS'",
            ['"zzz"', "production, testing, with.dot"],
        ),
        (
            "use: argument, with: {default: 'parts:NUMBER'}",
            "config-not-a-mapping",
            "'parts:NUMBER'",
            [],
        ),
        (
            "use: settings, with: {target: 'parts:NUMBER'}",
            "config-not-a-mapping",
            "'parts:NUMBER'",
            ['"int"', "BaseModel"],
        ),
        (
            "use: settings, with: {target: 'parts:Production'}",
            "config-not-a-mapping",
            "'parts:Production'",
            ['"Production"', "BaseModel"],
        ),
        (
            "use: settings, with: {target: 'parts:Plain'}",
            "settings-invalid",
            "'parts:Plain'",
            ["level: ", "LEVEL"],
        ),
        (
            "use: settings, with: {target: 'parts:Pair'}",
            "settings-invalid",
            "'parts:Pair'",
            ["low is above high"],
        ),
        ("use: secrets, with: {path: twice}", "source-failed", "twice", ['"a-b"', '"a.b"', "A_B"]),
        ("use: secrets, with: {path: none}", "config-file-missing", "none", ["no such file"]),
        ("use: secrets, with: {path: bad}", "source-failed", "bad", ['"latin"', "UTF-8"]),
        ("use: dotenv, with: {path: none.env}", "config-file-missing", "none.env", ['"none.env"']),
        ("use: values, with: {lower: 1}", "wrong-option", "lower", ['"lower"', "LOWER"]),
    ],
)
def test_fault_is_reported_at_the_option(
    tmp_path: Path, step: str, name: str, option: str, said: list[str]
) -> None:
    """Whoever made it: the line and column are the profile's."""
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "latin").write_bytes(b"\xe9")
    line = f"config: [{{{step}}}]"

    (found, *_) = get_diagnostics(tmp_path, f"{line}\n", MODULES)

    assert found.name == name
    assert found.place.span.column == line.index(option) + 1
    text = f"{found.message} {found.hint}"
    assert [words for words in said if words not in text] == []
    assert found.hint or "Pair" in step


@pytest.mark.parametrize(
    ("step", "config", "env", "expected"),
    [
        ("use: argument, with: {choose: 'parts:LEVELS'}", "testing", {}, "testing"),
        ("use: argument, with: {choose: 'parts:LEVELS'}", "with.dot", {}, "testing"),
        ("use: argument, with: {choose: 'parts:LEVELS'}", "parts:Production", {}, "production"),
        (
            "use: argument, with: {choose: {$import: 'parts:LEVELS'}, default: testing}",
            None,
            {},
            "testing",
        ),
        ("use: argument, with: {default: {LEVEL: given}}", None, {}, "given"),
        ("use: argument, with: {default: 'parts:Testing'}", "parts:Production", {}, "production"),
        ("use: dotenv, with: {path: settings.conf}", None, {}, "conf"),
        ("use: dotenv, with: {path: three.cfg.env}", None, {}, "three"),
        ("use: env, with: {prefix: SHOP}", None, {"SHOP_LEVEL": "x"}, "x"),
        ("use: env, with: {prefix: SHOP}", None, {"SHOP_LEVEL": "[" * 99999}, "[" * 99999),
        ("use: env", None, {"FLASK_LEVEL": "y", "SHOP_LEVEL": "x"}, "y"),
    ],
)
def test_source_sets_what_it_found(
    tmp_path: Path, step: str, config: object, env: Mapping[str, str], expected: object
) -> None:
    """The key is the same in all of them."""
    app = assemble_text(tmp_path, f"config: [{{{step}}}]\n", MODULES, config=config, env=env)

    assert app.config["LEVEL"] == expected


def test_nested_variables_add_to_each_other_and_to_what_is_there(tmp_path: Path) -> None:
    """The mapping that an earlier source set keeps its keys; nothing of it is changed in place."""
    text = (
        "config: [{use: values, with: {A: {b: 1, c: {d: 2}}}}, {use: env, with: {prefix: SHOP}}]\n"
    )
    env = {"SHOP_A__x": "3", "SHOP_A__c__e": "4", "SHOP_A__c__f": "5"}

    app = assemble_text(tmp_path, text, env=env)

    assert app.config["A"] == {"b": 1, "c": {"d": 2, "e": 4, "f": 5}, "x": 3}


def test_variable_that_goes_into_no_mapping_names_the_key(tmp_path: Path) -> None:
    """All such variables at once."""
    text = "config: [{use: values, with: {A: 1}}, {use: env, with: {prefix: SHOP}}]\n"

    found = get_diagnostics(tmp_path, text, env={"SHOP_A__b": "2", "SHOP_A__c": "3"})

    assert {one.name for one in found} == {"source-failed"}
    assert [name for name in ("SHOP_A__b", "SHOP_A__c") if name in str(found)] == [
        "SHOP_A__b",
        "SHOP_A__c",
    ]
    assert all("make A a mapping" in str(one.hint) for one in found)


def test_secret_values_of_settings_are_revealed(tmp_path: Path) -> None:
    """Flask knows no such type."""
    app = assemble_text(
        tmp_path, "config: [{use: settings, with: {target: 'parts:Hidden'}}]\n", MODULES
    )

    assert (app.config["TOKEN"], app.config["RAW"]) == ("a", b"b")


def test_secrets_source_reads_files_and_leaves_out_hidden_ones(tmp_path: Path) -> None:
    """One newline at the end is the editor's; a folder is no value."""
    write_files(
        tmp_path,
        {
            "s/db-password": "a\n\n",
            "s/api.key": "b\r\n",
            "s/..data": "c",
            "s/sub/x": "d",
            "s/C1": " e ",
        },
    )

    app = assemble_text(tmp_path, "config: [{use: secrets, with: {path: s}}]\n")

    found = {key: app.config.get(key) for key in ("DB_PASSWORD", "API_KEY", "C1", "SUB", "__DATA")}
    assert found == {"DB_PASSWORD": "a\n", "API_KEY": "b", "C1": " e ", "SUB": None, "__DATA": None}
