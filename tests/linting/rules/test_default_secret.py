"""Test that a secret key is refused statically where the app would certainly refuse it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.linting import lint_files, lint_profile, render_found
from tests.support.projects import get_diagnostics

if TYPE_CHECKING:
    from pathlib import Path

RULE = "default-secret"
STRONG = "6f1d0a5c3b9e4728"


@pytest.mark.parametrize(
    "text",
    [
        "config: [{use: values, with: {SECRET_KEY: change-me}}]\nextensions: [secret_key]\n",
        "extensions: [{use: secret_key, with: {key: dev}}]\n",
        f"extensions: [{{use: secret_key, with: {{key: {STRONG}, fallbacks: [dev]}}}}]\n",
        "extensions: [secret_key]\n",
        "debug: false\nconfig: [{use: values, with: {SECRET_KEY: ''}}]\nextensions: [secret_key]\n",
    ],
)
def test_what_is_found_is_what_the_app_refuses(tmp_path: Path, text: str) -> None:
    """With the same words; config has no place, where running points at the step."""
    said = [line.partition(" ")[2] for line in lint_profile(tmp_path, f"version: 1\n{text}", RULE)]

    refused = get_diagnostics(tmp_path / "running", text)
    assert said == [one.message for one in refused]
    assert {one.name for one in refused} == {RULE}


@pytest.mark.parametrize(
    "text",
    [
        f"config: [{{use: values, with: {{SECRET_KEY: {STRONG}}}}}]\nextensions: [secret_key]",
        "config: [{use: values, with: {SECRET_KEY: dev}}]",
        "debug: true\nextensions: [{use: secret_key, with: {key: dev}}]",
        "config: [{use: values, with: {SECRET_KEY: dev}}, env]\nextensions: [secret_key]",
        (
            "config: [{use: values, with: {SECRET_KEY: '${SECRET_KEY:-}'}}]\n"
            "extensions: [secret_key]"
        ),
        "config: [{use: values, with: {DEBUG: true, SECRET_KEY: dev}}]\nextensions: [secret_key]",
        (
            "config: [{use: values, when: '${SHOP}', with: {SECRET_KEY: dev}}]\n"
            "extensions: [secret_key]"
        ),
        "config: [{use: values, with: {SECRET_KEY: {$file: key}}}]\nextensions: [secret_key]",
        "config: [env]\nextensions: [secret_key]",
        "app: {use: 'shop:create_flask'}\nextensions: [secret_key]",
        "extensions: ['shop.keys:load', secret_key]",
        "extensions: [{use: secret_key, when: '${SHOP}', with: {key: dev}}]",
        "extensions: [{use: secret_key, when: false, with: {key: dev}}]",
    ],
)
def test_a_key_that_may_be_another_is_left_alone(tmp_path: Path, text: str) -> None:
    """A later source, the environment, other code, or debugging may make it well."""
    assert lint_profile(tmp_path, f"version: 1\n{text}\n", RULE) == []


def test_with_the_environment_known_its_key_is_looked_at(tmp_path: Path) -> None:
    """A default that is in force is as certain as a text, and is refused."""
    text = (
        "version: 1\nconfig: [{use: values, with: {SECRET_KEY: '${SECRET_KEY:-dev}'}}]\n"
        "extensions: [secret_key]\n"
    )
    files = {"web.yaml": text}

    assert render_found(lint_files(tmp_path, files, RULE, env={})) == [
        "web.yaml:2:43 the secret key is refused: it is a known default"
    ]
    assert lint_files(tmp_path, files, RULE, env={"SECRET_KEY": STRONG}) == []


def test_a_default_that_would_be_refused_is_a_warning(tmp_path: Path) -> None:
    """The server may set the variable; where the environment is known, it is certain."""
    steps = "config: [{use: values, with: {SECRET_KEY: '${SECRET_KEY:-dev}'}}]\n"
    text = f"version: 1\n{steps}extensions: [secret_key]\n"
    (found,) = lint_files(tmp_path, {"web.yaml": text}, RULE)
    assert found.severity == "warning"
    assert found.message == "the default of the secret key would be refused: it is a known default"
