"""The config source `secrets`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from flask import Flask

from assembler.diagnostics import codes
from assembler.diagnostics.faults import StepFault
from assembler.files import LIMIT_BYTES
from assembler.policy import load_policy
from assembler.steps.sources import get_source
from tests.support.source_context import SourceBench, load_source

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def context(tmp_path: Path) -> SourceBench:
    """Return the context of a source, with an empty folder of secrets."""
    (tmp_path / "secrets").mkdir()
    return SourceBench(Flask(__name__), tmp_path)


def test_docker_secrets_are_read(context: SourceBench) -> None:
    """A file a value, the name in upper case, without the one newline at its end."""
    folder = context.folder / "secrets"
    (folder / "db_password").write_text("a b\n")
    (folder / "API-key.v2").write_text(" x \n\n")
    (folder / "EMPTY").write_text("")
    (folder / "windows").write_bytes(b"y\r\n")
    (folder / "folder").mkdir()

    assert load_source(context, "secrets", path="secrets") == {
        "API_KEY_V2": " x \n",
        "DB_PASSWORD": "a b",
        "EMPTY": "",
        "WINDOWS": "y",
    }
    assert get_source("secrets").secret


def test_kubernetes_secrets_are_read(context: SourceBench) -> None:
    """Its links are followed, but for those that lead nowhere; the folders behind are no values."""
    folder = context.folder / "secrets"
    real = folder / "..2026_11_24"
    real.mkdir()
    (real / "SECRET_KEY").write_text("k")
    (folder / "..data").symlink_to(real.name)
    (folder / "SECRET_KEY").symlink_to("..data/SECRET_KEY")
    (folder / ".hidden").write_text("no")
    (folder / "GONE").symlink_to("..data/GONE")

    assert load_source(context, "secrets", path="secrets") == {"SECRET_KEY": "k"}


def test_everything_that_is_wrong_is_said_without_a_value(context: SourceBench) -> None:
    """Two files for one key, a file that is no text, and one that is too large."""
    folder = context.folder / "secrets"
    (folder / "a.b").write_text("hidden")
    (folder / "a-b").write_text("hidden")
    (folder / "key").write_bytes(b"hidden\xff")
    (folder / "large").write_bytes(b"x" * (LIMIT_BYTES + 1))
    with pytest.raises(StepFault) as caught:
        load_source(context, "secrets", path="secrets")

    faults = (caught.value, *caught.value.more)
    assert [fault.message for fault in faults] == [
        'the files "a-b" and "a.b" are both A_B',
        'the secret "key" cannot be read: it is not UTF-8',
        'the secret "large" cannot be read: it is larger than the limit of 1,048,576 bytes',
    ]
    assert {fault.code for fault in faults} == {codes.SOURCE_FAILED}


@pytest.mark.parametrize("path", ["nothing", "file"])
def test_a_folder_that_is_not_there_is_an_error(context: SourceBench, path: str) -> None:
    """Secrets are never optional by accident; `when` turns the step off."""
    (context.folder / "file").touch()
    with pytest.raises(StepFault, match=f'the folder "{path}" cannot be read: n') as caught:
        load_source(context, "secrets", path=path)

    assert caught.value.code is codes.CONFIG_FILE_MISSING
    assert caught.value.option == ("path",)


def test_the_policy_says_which_secrets_may_be_read(tmp_path: Path) -> None:
    """With `allow_files` another folder is refused, and so is a link out of an allowed one."""
    for name in ("secrets", "other"):
        (tmp_path / name).mkdir()
    (tmp_path / "other" / "key").write_text("k")
    (tmp_path / "secrets" / "own").write_text("o")
    policy = tmp_path / "pyproject.toml"
    policy.write_text('[tool.assembler]\nallow_files = ["secrets"]\n')
    context = SourceBench(Flask(__name__), tmp_path, policy=load_policy(policy))

    assert load_source(context, "secrets", path="secrets") == {"OWN": "o"}
    (tmp_path / "secrets" / "link").symlink_to(tmp_path / "other" / "key")
    for path in ("secrets", "other"):
        with pytest.raises(StepFault) as caught:
            load_source(context, "secrets", path=path)
        assert caught.value.code is codes.FILE_NOT_ALLOWED
