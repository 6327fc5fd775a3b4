"""Test that a condition asks for a config key that some source sets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.linting import lint_files, render_found

if TYPE_CHECKING:
    from pathlib import Path

RULE = "unset-config-key"
VALUES = (
    "{use: values, with: {TRACER_DSN: x, W: {b: 1, 'c.d': 1}, R: {$import: shop.r}, V: '${V}'}}"
)
FILES = {
    "shop.toml": "[tool.shop]\nFROM_TOML = 1\nT = {a = 1}\n",
    "shop.env": "FROM_ENV=1\n",
    "shop.py": "ANY = 1\n",
    "conf.py": "import os\nclass Base:\n    TRACER_DSN = os.environ.get('DSN')\n    W = {'a': 1}\n",
}


def lint(folder: Path, when: str, *sources: str, app: str = "") -> list[str]:
    """Lint a profile whose step asks ``when``."""
    config = "".join(f"  - {source}\n" for source in sources)
    text = f"version: 1\n{app}config:\n{config}extensions:\n  - use: health\n    when: {when}\n"
    return render_found(lint_files(folder, {"web.yaml": text, **FILES}, RULE))


@pytest.mark.parametrize(
    ("when", "key"),
    [
        ("{$config: TRACER_DNS}", "TRACER_DNS"),
        ("{$config: W.a}", "W.a"),
        ("{$config: TRACER_DSN.x}", "TRACER_DSN.x"),
        ("{not: {any: [{$config: NOTHING}, {debug: true}]}}", "NOTHING"),
        ("{equals: [{$config: NOTHING}, a]}", "NOTHING"),
    ],
)
def test_key_that_no_source_sets_is_reported(tmp_path: Path, when: str, key: str) -> None:
    """At the key, however deep it is asked for."""
    (found,) = lint(tmp_path, when, VALUES)

    assert found.endswith(f'no config source sets "{key}", so this is false')
    assert found.startswith("web.yaml:6:")


def test_near_miss_is_suggested(tmp_path: Path) -> None:
    """Among the keys that are set, and the paths into them."""
    step = "{use: health, when: {$config: TRACER_DNS}}"
    text = f"version: 1\nconfig: [{VALUES}]\nextensions: [{step}]\n"

    (found,) = lint_files(tmp_path, {"web.yaml": text}, RULE)

    assert found.hint == "Did you mean 'TRACER_DSN'?"


@pytest.mark.parametrize(
    "when",
    [
        "{$config: TRACER_DSN}",
        "{$config: W.b}",
        "{$config: W.c.d}",
        "{$config: R.anything}",
        "{$config: V.anything}",
        "{$config: TRACER_DNS, default: false}",
        "{equals: [{$config: NOTHING, default: a}, a]}",
        "{$config: TESTING}",
        "{$config: MAIL_SERVER}",
        "false",
    ],
)
def test_key_that_may_be_set_is_not_reported(tmp_path: Path, when: str) -> None:
    """Nor is one with a default, or one that Flask or a library may have set."""
    assert lint(tmp_path, when, VALUES) == []


@pytest.mark.parametrize(
    "source",
    [
        "{use: file, with: {path: shop.py}}",
        "{use: file, with: {path: shop.toml, optional: true}}",
        "{use: file, with: {path: other.toml}}",
        "{use: file, with: {path: shop.toml, relative_to: instance}}",
        "{use: file, with: {path: ../elsewhere.toml}}",
        "{use: object, with: {target: shop}}",
        "{use: secrets, with: {path: /run/secrets}}",
        "env",
        "dotenv",
        "argument",
        "shop:load",
    ],
)
def test_nothing_is_reported_where_a_source_is_not_known(tmp_path: Path, source: str) -> None:
    """It may set any key."""
    assert lint(tmp_path, "{$config: NOTHING}", VALUES, source) == []


def test_nothing_is_reported_where_the_app_is_the_project_s(tmp_path: Path) -> None:
    """Its factory may set any key."""
    app = "app: {use: 'shop:make'}\n"

    assert lint(tmp_path, "{$config: NOTHING}", VALUES, app=app) == []


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("{$config: FROM_TOML}", 0),
        ("{$config: T.a}", 0),
        ("{$config: FROM_ENV}", 0),
        ("{$config: T.b}", 1),
        ("{$config: NOTHING}", 1),
    ],
)
def test_files_of_the_project_are_read(tmp_path: Path, when: str, expected: int) -> None:
    """Those that hold data."""
    sources = (
        "{use: file, with: {path: shop.toml, table: tool.shop}}",
        "{use: file, name: env, with: {path: shop.env}}",
    )

    assert len(lint(tmp_path, when, *sources)) == expected


@pytest.mark.parametrize(
    ("when", "hints"),
    [
        ("{$config: TRACER_DSN}", []),
        ("{$config: TRACER_DSN.host}", []),
        ("{$config: W.a}", []),
        ("{$config: W.other}", ["Set it, or write `default: false` beside it."]),
        ("{$config: TRACER_DNS}", ["Did you mean 'TRACER_DSN'?"]),
    ],
)
def test_class_of_the_project_is_read(tmp_path: Path, when: str, hints: list[str]) -> None:
    """Where only running tells a value, anything may be in it."""
    source, step = "{use: object, with: {target: 'conf:Base'}}", f"{{use: health, when: {when}}}"
    text = f"version: 1\nconfig: [{source}]\nextensions: [{step}]\n"

    found = lint_files(tmp_path, {"web.yaml": text, **FILES}, RULE)

    assert [one.hint for one in found] == hints
