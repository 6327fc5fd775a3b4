"""An overlay's step that changes a base's by its ``use`` alone is told of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assembler.planning.loading import load_plan
from tests.support.projects import write_files

if TYPE_CHECKING:
    from pathlib import Path

    from assembler.diagnostics.diagnostic import Diagnostic

BASE = """\
version: 1
app: {with: {import_name: shop}}
config:
  - {use: object, with: {target: "shop:Defaults"}}
extensions:
  - database
  - {use: "shop.ext:mail", with: {host: a}}
"""


def find_warnings(folder: Path, monkeypatch: pytest.MonkeyPatch, overlay: str) -> list[Diagnostic]:
    """Return what is said of an overlay that can run."""
    monkeypatch.chdir(folder)
    write_files(folder, {"base.yaml": BASE, "web.yaml": f"extends: base.yaml\n{overlay}"})
    return list(load_plan("web.yaml", env={}).warnings)


def test_replaced_step_is_told_with_both_places_and_both_remedies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever means a second source loses the first one."""
    overlay = 'config: [{use: object, with: {target: "shop:Production"}}]\n'
    (found,) = find_warnings(tmp_path, monkeypatch, overlay)
    assert (found.code, found.severity, str(found.place)) == ("ASM315", "warning", "web.yaml:2:16")
    assert found.message == "this step changes the base's 'object', since it has no name of its own"
    assert found.hint == "Add `name: object` to change that step, or another `name` to add one."
    assert [str(one.place) for one in found.related] == ["base.yaml:4:11"]


@pytest.mark.parametrize(
    ("overlay", "is_told"),
    [
        ('extensions: [{use: "shop.ext:mail", with: {host: b}}]\n', True),
        ('extensions: [{use: "shop.ext:mail", init: {host: b}}]\n', True),
        ('extensions: [{use: "shop.ext:mail", name: "shop.ext:mail", with: {host: b}}]\n', False),
        ('extensions: [{name: "shop.ext:mail", with: {host: b}}]\n', False),
        ('extensions: [{use: "shop.ext:mail", name: other, with: {host: b}}]\n', False),
        # None of these can be meant as a second one.
        ('extensions: [{use: "shop.ext:mail", when: false}]\n', False),
        ('extensions: [{use: "shop.ext:mail", with: }]\n', False),
        ("extensions: [{use: database, with: {pool_size: 5}}]\n", False),
    ],
)
def test_only_a_step_that_may_be_meant_as_another_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, overlay: str, *, is_told: bool
) -> None:
    """A name, or what an app takes only once, says what is meant."""
    found = [one.code for one in find_warnings(tmp_path, monkeypatch, overlay)]
    assert found == ["ASM315"] * is_told
