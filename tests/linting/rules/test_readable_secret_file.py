"""Test which files of secrets are found readable by every user."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.linting import lint_profile

if TYPE_CHECKING:
    from pathlib import Path

RULE = "readable-secret-file"
FILE = "config: [{use: values, with: {A_TOKEN: {$file: keys/token}}}]"
SECRETS = "config: [{use: secrets, with: {path: keys}}]"
DOTENV = "config: [{use: dotenv, with: {path: keys/.env}}]"
TOML = "config: [{use: file, with: {path: keys/shop.toml}}]"
TLS_KEY = "server: {with: {keyfile: keys/tls.pem}}"
ENV_FILE = "config: [{use: file, with: {path: keys/.env.local}}]"


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """Return a folder that every user may look into."""
    tmp_path.chmod(0o755)
    folder = tmp_path / "keys"
    folder.mkdir()
    folder.chmod(0o755)
    return folder


def write(file: Path, text: str, mode: int) -> None:
    """Write a file with its mode."""
    file.write_text(text, "utf-8")
    file.chmod(mode)


@pytest.mark.parametrize(
    ("text", "name", "place"),
    [
        (FILE, "token", "2:48"),
        (SECRETS, "api_token", "2:38"),
        (DOTENV, ".env", "2:37"),
        (ENV_FILE, ".env.local", "2:35"),
        (TOML, "shop.toml", "2:35"),
        (TLS_KEY, "tls.pem", "2:26"),
    ],
)
def test_a_file_that_others_may_read_is_found_at_its_path(
    tmp_path: Path, keys: Path, text: str, name: str, place: str
) -> None:
    """One that only the owner and the group may read is well."""
    content = "API_TOKEN = 'geheim'\n" if "toml" in name else "export API_TOKEN=geheim\n"
    write(keys / name, content, 0o644)
    found = lint_profile(tmp_path, f"version: 1\n{text}\n", RULE)
    (keys / name).chmod(0o640)

    assert found == [f'{place} every user can read the secrets in "keys/{name}"']
    assert lint_profile(tmp_path, f"version: 1\n{text}\n", RULE) == []


@pytest.mark.parametrize(
    ("text", "name", "content"),
    [
        (DOTENV, ".env", "TITLE=Shop\n"),
        (DOTENV, ".env", "API_TOKEN=\n# DB_PASSWORD=geheim\n"),
        (SECRETS, ".hidden", "geheim"),
        (TOML, "shop.toml", "TITLE = 'Shop'\nA_TOKEN = ''\n"),
        (TOML, "shop.toml", "A_TOKEN = read_token()\n"),
        ("config: [{use: values, with: {A: {$file: '${KEYS:-keys}/token'}}}]", "token", "geheim"),
    ],
)
def test_what_is_not_known_to_hold_a_secret_is_left_alone(
    tmp_path: Path, keys: Path, text: str, name: str, content: str
) -> None:
    """Plain config, what a source passes over, and a path that the environment decides."""
    write(keys / name, content, 0o644)
    assert lint_profile(tmp_path, f"version: 1\n{text}\n", RULE) == []


def test_what_is_not_here_or_out_of_reach_is_left_alone(tmp_path: Path, keys: Path) -> None:
    """A secret that is mounted later, and one in a folder that is closed to others."""
    absent = lint_profile(tmp_path, f"version: 1\n{FILE}\n", RULE)
    write(keys / "token", "geheim", 0o644)
    keys.chmod(0o700)

    assert absent == []
    assert lint_profile(tmp_path, f"version: 1\n{FILE}\n", RULE) == []
