"""Test the JSON Schema with check-jsonschema: what an editor shows in red, `lint` refuses."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # it has no types

from assembler.planning.schema import build_schema
from assembler.planning.schema_values import build_options
from assembler.planning.step_forms import iter_forms
from assembler.steps.forms import NAMES_CODE
from tests.support.processes import ROOT, run_cli

PROFILES = ROOT / "tests" / "profiles"
FAMILY = re.compile(r": error\[ASM2\d\d\] ")
# What a JSON Schema cannot say: broken profiles of 2xx that satisfy it.
BEYOND_A_SCHEMA = {
    "duplicate_name": "it cannot compare the items of a list by one of their keys",
    "duplicate_name_given": "the same",
    "extends_a_broken_base": "the same, in the base",
    "wrong_type_from_a_variable": "it does not know the environment",
    "wrong_value_suffix": "which file is read how, only the source knows",
}


@cache
def check() -> dict[str, Any]:
    """Check all profiles in one run, against the schema that the package brings.

    It is checked itself, against that of JSON Schema.
    """
    schema = ROOT / "assembler" / "profile.schema.json"
    command = [sys.executable, "-m", "check_jsonschema", "--schemafile", str(schema)]
    done = subprocess.run(
        [*command, "--output-format", "JSON", *map(str, [*find_valid(), *find_wrong()])],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.stderr == ""
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def find_valid() -> list[Path]:
    """Return profiles without a fault, bases and overlays too."""
    return [
        *sorted((PROFILES / "valid").rglob("*.yaml")),
        *sorted((ROOT / "profiles").glob("*.yaml")),
        *sorted((ROOT / "tests" / "apps" / "profiles").glob("*.yaml")),
    ]


def find_wrong() -> list[Path]:
    """Return those of a wrong shape: of the family 2xx."""
    return [
        expected.with_suffix(".yaml")
        for expected in sorted((PROFILES / "broken").glob("*.expected"))
        if FAMILY.search(expected.read_text("utf-8"))
    ]


def find_failed() -> set[Path]:
    """Return the profiles with which something is wrong."""
    result = check()
    return {Path(one["filename"]) for one in (*result["errors"], *result["parse_errors"])}


def test_every_valid_profile_satisfies_the_schema() -> None:
    """Each by itself, as an editor checks them."""
    valid = find_valid()

    assert len(valid) > 40
    assert find_failed() & {*valid} == set()


def test_every_profile_of_a_wrong_shape_fails_the_schema() -> None:
    """All that a schema can say."""
    wrong, failed = find_wrong(), find_failed()

    assert len(wrong) > 60
    assert {path.stem for path in wrong if path not in failed} == set(BEYOND_A_SCHEMA)


def test_the_schema_of_the_package_is_what_the_command_prints(tmp_path: Path) -> None:
    """Of draft 2020-12, which `check` holds it against, and in the distribution."""
    printed = run_cli(["-m", "assembler", "schema"], tmp_path).stdout
    packaged = (files("assembler") / "profile.schema.json").read_text("utf-8")
    schema = json.loads(printed)

    assert json.loads(packaged) == schema
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == "urn:flask-assembler:profile:1"


FORMS = [
    pytest.param(kind, form.options, id=f"{kind}-{form.name}")
    for kind, form in iter_forms()
    if form.options is not None
]


@pytest.mark.parametrize(("kind", "options"), FORMS)
def test_every_option_of_the_catalogue_says_what_it_is(kind: str, options: Any) -> None:  # noqa: ANN401 - a model
    """An editor shows it while one writes."""
    schema = build_options(options, kind, {})["anyOf"][0]

    properties = schema["properties"]
    assert set(properties) == {field.alias or name for name, field in options.model_fields.items()}
    assert [key for key, value in properties.items() if not value.get("description")] == []


VARIABLE, REFERENCE, STEP = "a ${VARIABLE}", {"$import": "shop:thing"}, {"$step": "database"}
STAND_INS = {
    "patch": [(VARIABLE, True), (REFERENCE, False), (STEP, False)],
    "config": [(VARIABLE, True), (REFERENCE, True), (STEP, False)],
    "extension": [(VARIABLE, True), (REFERENCE, True), (STEP, True)],
}


@pytest.fixture(scope="module")
def definitions() -> dict[str, Any]:
    """Return the definitions of the schema."""
    definitions: dict[str, Any] = build_schema()["$defs"]
    return definitions


@pytest.mark.parametrize(("kind", "options"), FORMS)
def test_a_variable_or_a_reference_may_stand_for_any_typed_value(
    kind: str,
    options: Any,  # noqa: ANN401 - a model
    definitions: dict[str, Any],
) -> None:
    """Whatever its type: only the environment, or the app, knows what comes of it.

    But the environment must not name code.
    """
    schema = {**build_options(options, kind, definitions), "$defs": definitions}
    validator = Draft202012Validator(schema)

    for name, field in options.model_fields.items():
        extra = field.json_schema_extra
        names_code = isinstance(extra, dict) and NAMES_CODE.items() <= extra.items()
        for value, is_valid in STAND_INS[kind]:
            expected = is_valid and not (names_code and value == VARIABLE)
            option = {field.alias or name: value}
            assert validator.is_valid(option) is expected, option
