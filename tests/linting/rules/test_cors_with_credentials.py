"""Test when CORS for everybody is found to go together with credentials."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.linting import lint_profile

if TYPE_CHECKING:
    from pathlib import Path

RULE = "cors-with-credentials"
SAID = "every origin is allowed with credentials"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("extensions: [{use: 'flask_cors:CORS', with: {supports_credentials: true}}]", "2:20"),
        (
            (
                "extensions: [{use: 'flask_cors:CORS', with: "
                "{origins: ['https://a.example', '*'], supports_credentials: on}}]"
            ),
            "2:77",
        ),
        (
            (
                "extensions: [{use: 'flask_cors:CORS', init: "
                "{resources: {/api/*: {origins: '*', supports_credentials: true}}}}]"
            ),
            "2:76",
        ),
        (
            (
                "extensions: [{use: 'flask_cors:CORS', with: "
                "{supports_credentials: true, resources: {/api/*: {origins: '*'}}}}]"
            ),
            "2:104",
        ),
        ("extensions: [{use: cors, with: {supports_credentials: true}}]", "2:20"),
        (
            (
                "extensions: [{use: cors, with: {origins: 'https://a.example', "
                "supports_credentials: true, blueprints: {api: {origins: ['*']}}}}]"
            ),
            "2:120",
        ),
        (
            (
                "config: [{use: values, with: {CORS_ORIGINS: '*', CORS_SUPPORTS_CREDENTIALS: 1}}]\n"
                "extensions: ['flask_cors:CORS']"
            ),
            "2:45",
        ),
    ],
)
def test_it_is_found_where_every_origin_is_allowed(tmp_path: Path, text: str, place: str) -> None:
    """In the options, of a resource, in the config, or by default."""
    assert lint_profile(tmp_path, f"version: 1\n{text}\n", RULE) == [f"{place} {SAID}"]


@pytest.mark.parametrize(
    "text",
    [
        "extensions: ['flask_cors:CORS']",
        "extensions: [{use: 'flask_cors:CORS', with: {origins: '*'}}]",
        "extensions: [{use: 'flask_cors:CORS', with: {supports_credentials: '${SHOP_CORS}'}}]",
        (
            "extensions: [{use: 'flask_cors:CORS', with: "
            "{origins: 'https://a.example', supports_credentials: true}}]"
        ),
        (
            "extensions: [{use: 'flask_cors:CORS', with: "
            "{supports_credentials: true, resources: {/api/*: {origins: 'https://a.example'}}}}]"
        ),
        (
            "config: [{use: env, with: {prefix: SHOP}}]\n"
            "extensions: [{use: 'flask_cors:CORS', with: {supports_credentials: true}}]"
        ),
        (
            "extensions: [{use: cors, with: {origins: 'https://a.example', "
            "supports_credentials: true, blueprints: {api: {supports_credentials: false, "
            "origins: '*'}}}}]"
        ),
        "extensions: [{use: 'flask_cors:CORS', when: false, with: {supports_credentials: true}}]",
        "config: [{use: values, with: {CORS_ORIGINS: '*', CORS_SUPPORTS_CREDENTIALS: true}}]",
    ],
)
def test_cors_that_keeps_out_strangers_is_left_alone(tmp_path: Path, text: str) -> None:
    """Without credentials, with origins, where config may have them, and without Flask-CORS."""
    assert lint_profile(tmp_path, f"version: 1\n{text}\n", RULE) == []
