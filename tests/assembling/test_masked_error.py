"""What Python code gets from `create_app` that fails holds no secret, wherever one looks."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING

import pytest

from assembler import create_app
from assembler.assembling.masked_error import MaskedCause
from assembler.diagnostics.diagnostic import ProfileError
from tests.support.projects import HEAD, in_folder, write_files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PLANTED = "geheim"  # every secret begins with it, so that one search finds what is left of any
LONG = PLANTED + "-x1y2" * 20
EXT = """\
import os

def fail(app):
    raise ValueError(MESSAGE.format(token=os.environ.get("SHOP_API_TOKEN"), config=app.config))
"""
CALL = "extensions: [{use: 'ext:fail', as: call}]\n"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Plant secrets where the project's own code reads them."""
    monkeypatch.setenv("SHOP_API_TOKEN", LONG)
    monkeypatch.setenv("OTHER_PASSWORD", f"{PLANTED}-of-environ")


def fail(folder: Path, text: str, modules: dict[str, str], env: dict[str, str]) -> ProfileError:
    """Return what `create_app` raises."""
    write_files(folder, {"web.yaml": HEAD + text, **modules})
    with in_folder(folder), pytest.raises(ProfileError) as raised:
        create_app("web.yaml", env=env)
    return raised.value


def iter_exceptions(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an exception, its causes and its contexts."""
    if error is not None:
        yield error
        yield from iter_exceptions(error.__cause__)
        yield from iter_exceptions(error.__context__)


def find_left(error: ProfileError) -> list[str]:
    """Return every line of what can be printed of an error that shows a part of a secret."""
    printed = [repr(one.diagnostics) for one in [error]]
    for one in iter_exceptions(error):
        printed += [str(one), repr(one), repr(vars(one)), *traceback.format_exception(one)]
    return [line for text in printed for line in text.splitlines() if PLANTED in line]


@pytest.mark.parametrize("before", [0, 100, 250, 270, 290, 299, 470, 490, 499, 600])
def test_secret_is_masked_before_its_message_is_cut(tmp_path: Path, before: int) -> None:
    """Wherever the end of the message would fall, and no part of it is left."""
    code = EXT.replace("MESSAGE", f'"{"x" * before} {{token}} and more"')

    error = fail(tmp_path, CALL, {"ext.py": code}, {})

    assert find_left(error) == []
    assert len(error.diagnostics[0].message) <= 500


@pytest.mark.parametrize(
    ("text", "modules", "env"),
    [
        (
            CALL,
            {"ext.py": EXT.replace("MESSAGE", '"{config}"')},
            {"SHOP_API_TOKEN": f"{PLANTED}-of-env"},
        ),
        (
            f"config: [{{use: env, with: {{prefix: SHOP}}}}]\n{CALL}",
            {"ext.py": EXT.replace("MESSAGE", '"{config}"')},
            {"SHOP_API_TOKENS": f'["{PLANTED}-1", {{"a": "{PLANTED}-2"}}]'},
        ),
        (
            "config: [{use: settings, with: {target: 'shop_settings:Settings'}}]\n",
            {
                "shop_settings.py": "import os\nfrom pydantic import field_validator\n"
                "from pydantic_settings import BaseSettings\n\n\n"
                "class Settings(BaseSettings):\n    name: str\n\n"
                "    @field_validator('name')\n    @classmethod\n    def check(cls, value):\n"
                "        raise ValueError('no ' + os.environ['OTHER_PASSWORD'])\n"
            },
            {"NAME": "x"},
        ),
        (
            "app: {use: 'ext:make', with: {import_name: x, password: geheim-of-app}}\n",
            {"ext.py": "def make(import_name, password):\n    raise ValueError(password)\n"},
            {},
        ),
        (
            f"config: [{{use: secrets, with: {{path: secrets}}}}]\n{CALL}",
            {
                "ext.py": "def fail(app):\n    raise ValueError(dict(app.config))\n",
                "secrets/PLAIN": f"{PLANTED}-in-a-file\n",
            },
            {},
        ),
        (
            "extensions: [{use: 'ext:fail', as: function, with: {a: {$file: key.txt}}}]\n",
            {
                "ext.py": "def fail(app, a):\n    try:\n        raise KeyError(a)\n"
                "    except KeyError:\n        raise ValueError('bad') from KeyError(a)\n",
                "key.txt": f"{PLANTED}-line-1\n{PLANTED}-line-2\n",
            },
            {},
        ),
        ("server: {workers: 'x://u:geheim-in-url-1@h'}\n", {}, {}),
        ("server: {workers: '${A_TOKEN}'}\n", {}, {"A_TOKEN": f"{PLANTED}-number"}),
        ("extensions: [{use: database, with: {pool_size: {password: geheim-1}}}]\n", {}, {}),
    ],
)
def test_error_holds_no_secret(
    tmp_path: Path, text: str, modules: dict[str, str], env: dict[str, str]
) -> None:
    """Of config, of the environment, of a file, of options; in messages, causes and attributes."""
    head = "version: 1\n" if text.startswith("app:") else HEAD
    write_files(tmp_path, {"web.yaml": head + text, **modules})

    with in_folder(tmp_path), pytest.raises(ProfileError) as raised:
        create_app("web.yaml", env=env)

    assert find_left(raised.value) == []


def test_cause_says_where_it_was_raised(tmp_path: Path) -> None:
    """As text: the frames themselves hold the values of variables."""
    code = EXT.replace("MESSAGE", '"got {token}"')

    error = fail(tmp_path, CALL, {"ext.py": code}, {})

    cause = error.__cause__
    assert isinstance(cause, MaskedCause)
    assert "ext.py" in str(cause)
    assert "ValueError: got ***" in str(cause)
    assert error.__context__ is None
    assert cause.__traceback__ is None
