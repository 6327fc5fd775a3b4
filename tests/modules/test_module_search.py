"""Test that modules are found where Python finds them."""

from __future__ import annotations

import os
import sys
from importlib.machinery import EXTENSION_SUFFIXES, ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType

import pytest

from assembler.modules.module_search import ModuleSearch
from tests.support.projects import write_files

COMPILED = f"made{EXTENSION_SUFFIXES[0]}"
FILES = {
    "first/both.py": "",
    "second/both.py": "",
    "first/pack.py": "",
    "first/pack/__init__.py": "",
    "first/spread/a.py": "",
    "second/spread/b.py": "",
    "first/late/x.py": "",
    "second/late.py": "",
    f"first/{COMPILED}": "",
    "first/made.py": "",
    "first/text.txt": "",
    "first/empty/readme": "",
}


@pytest.fixture
def folders(tmp_path: Path) -> list[str]:
    """Return two folders with modules."""
    write_files(tmp_path, FILES)
    return [str(tmp_path / "first"), str(tmp_path / "second")]


@pytest.mark.parametrize("name", ["both", "pack", "spread", "late", "made", "text", "empty", "no"])
def test_search_finds_modules_as_python_does(folders: list[str], name: str) -> None:
    """The first folder wins, a package over a module, a module over a namespace."""
    PathFinder.invalidate_caches()
    spec = PathFinder.find_spec(name, folders)

    found = ModuleSearch(folders).find_in(name, folders)

    assert (found is None) == (spec is None)
    if found is not None and spec is not None:
        is_source = spec.origin is not None and spec.origin.endswith(".py")
        assert found.file == (spec.origin if is_source else None)
        assert found.is_namespace == (spec.origin is None)
        assert list(found.folders) == list(spec.submodule_search_locations or [])


def test_a_namespace_that_was_imported_from_elsewhere_is_looked_for_here_as_well(
    folders: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python knows only the folders that were on its own path then."""
    elsewhere = ModuleType("spread")
    elsewhere.__path__ = ["/elsewhere/spread"]
    elsewhere.__spec__ = ModuleSpec("spread", None, is_package=True)
    elsewhere.__spec__.submodule_search_locations = elsewhere.__path__
    monkeypatch.setitem(sys.modules, "spread", elsewhere)

    found = ModuleSearch(folders).find_top("spread")

    assert found is not None
    assert [Path(one).parent.name for one in found.folders] == ["first", "second", "elsewhere"]


def test_search_lists_each_folder_once(folders: list[str]) -> None:
    """What is added later, another search finds."""
    search = ModuleSearch(folders)
    assert search.find_top("added_here") is None
    write_files(Path(folders[1]), {"added_here.py": ""})
    assert search.find_top("added_here") is None

    found = ModuleSearch(folders).find_top("added_here")
    assert found is not None
    assert found.file == os.path.join(folders[1], "added_here.py")  # noqa: PTH118 - a text is compared


def test_search_finds_builtin_and_frozen_modules() -> None:
    """Built-in and frozen modules, and those that were loaded in another way."""
    search = ModuleSearch([])
    for name in ("sys", "builtins", "json", "pytest"):
        assert search.find_top(name) is not None, name


def test_missing_folder_lists_nothing(tmp_path: Path) -> None:
    """Nor does a file in its place."""
    write_files(tmp_path, {"file": ""})
    search = ModuleSearch([])
    assert search.list(str(tmp_path / "nowhere")) == frozenset()
    assert search.list(str(tmp_path / "file")) == frozenset()


def test_list_modules_leaves_out_suffixes_and_caches(folders: list[str]) -> None:
    """For a suggestion: without suffixes, caches and what is no module."""
    listed = ModuleSearch(folders).list_modules(folders)
    assert {"both", "pack", "spread", "late", "made"} <= listed
    assert not {"text", "__init__", "__pycache__"} & listed
