"""Code that config values name, and libraries import, is within the policy's allow list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assembler.steps.named_in_config import NAMED_KEYS
from tests.support.linting import lint_files
from tests.support.projects import assemble_text, get_diagnostics, write_files

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "debug: true\nconfig: [{{use: values, with: {{SECRET_KEY: {key}, {value}}}}}]\n{rest}"
KEY = "k7Jq2mX9vR4tB8wZ"
PANEL = "flask_debugtoolbar.panels.timer.TimerDebugPanel"
MODULES = {
    "pyproject.toml": '[tool.assembler]\nallow = ["shop"]\n',
    "shop/__init__.py": "",
    "shop/own.py": "class EmailBackend: ...\n",
}


def build(value: str, step: str) -> str:
    """Return a profile with a config value, and a step."""
    return TEXT.format(key=KEY, value=value, rest=f"extensions: [{step}]\n")


@pytest.mark.parametrize(
    ("value", "step"),
    [
        ("CACHE_TYPE: antigravity.Sky", "cache"),
        ("MAIL_BACKEND: antigravity.Sky", "mail"),
        (f"DEBUG_TB_PANELS: [{PANEL}, antigravity.Sky]", "debug_toolbar"),
    ],
)
def test_code_that_is_not_allowed_is_refused(tmp_path: Path, value: str, step: str) -> None:
    """At what sets it; the module is not imported."""
    (found,) = get_diagnostics(tmp_path, build(value, step), MODULES)
    assert found.code == "ASM701"
    assert '"antigravity"' in found.message
    assert found.place.span.line == 4


@pytest.mark.parametrize(
    ("value", "step"),
    [
        ("CACHE_TYPE: SimpleCache", "cache"),
        ("CACHE_TYPE: flask_caching.backends.SimpleCache", "cache"),
        ("MAIL_BACKEND: shop.own", "mail"),
        ("MAIL_BACKEND: shop.own.EmailBackend", "mail"),
        (f"DEBUG_TB_PANELS: [{PANEL}]", "debug_toolbar"),
    ],
)
def test_what_is_allowed_and_the_library_s_own_is_taken(
    tmp_path: Path, value: str, step: str
) -> None:
    """By a short name, by a module, or by a class in one."""
    assert step in assemble_text(tmp_path, build(value, step), MODULES).extensions


TAKEN = "{use: values, with: {CACHE_TYPE: antigravity.Sky}}"


@pytest.mark.parametrize("source", ["values", "shop.json", "shop.yaml", "shop.toml"])
@pytest.mark.parametrize(
    ("key", "written", "code"),
    [
        ("CACHE_TYPE", '"antigravity.Sky"', "not-allowed"),
        ("CACHE_TYPE", '"shop.own.Skies"', "attribute-not-found"),
        ("MAIL_BACKEND", '"shop.sky.Sky"', "module-not-found"),
        ("DEBUG_TB_PANELS", f'["{PANEL}", "antigravity.Sky"]', "not-allowed"),
    ],
)
def test_lint_finds_what_the_step_would_refuse(
    tmp_path: Path, source: str, key: str, written: str, code: str
) -> None:
    """Where the profile says it, or a config file that holds data: there at the step's line."""
    config = f"  - use: values\n    with: {{{key}: {written}}}\n"
    if source != "values":
        sign = " = " if source.endswith("toml") else ": "
        text = f'{{"{key}": {written}}}' if source.endswith("json") else f"{key}{sign}{written}\n"
        write_files(tmp_path, {source: text})
        config = f"  - use: file\n    with: {{path: {source}}}\n"
    step = NAMED_KEYS[key].step
    profile = f"version: 1\nconfig:\n{config}  - env\nextensions: [{step}]\n"

    found = lint_files(tmp_path, {**MODULES, "web.yaml": profile}, code)

    line = 4 if source == "values" else 3
    assert [one.place.span.line for one in found] == [line], found


@pytest.mark.parametrize(
    ("config", "step"),
    [
        (TAKEN, "{use: cache, with: {url: 'redis://r'}}"),
        (TAKEN, "health"),
        ("{use: values, with: {CACHE_TYPE: 'shop.own.EmailBackend'}}", "cache"),
        ("{use: values, with: {CACHE_TYPE: '${KIND:-antigravity.Sky}'}}", "cache"),
        (f"{TAKEN}, {{use: values, name: b, with: {{CACHE_TYPE: SimpleCache}}}}", "cache"),
        (f"{TAKEN}, {{use: object, with: {{target: 'shop.own:EmailBackend'}}}}", "cache"),
    ],
)
def test_lint_is_silent_where_it_is_not_in_force(tmp_path: Path, config: str, step: str) -> None:
    """Or may not be: a later source may set another."""
    profile = f"version: 1\nconfig: [{config}]\nextensions: [{step}]\n"
    for code in ("not-allowed", "attribute-not-found", "module-not-found"):
        assert lint_files(tmp_path, {**MODULES, "web.yaml": profile}, code) == []
