"""Test that following names through sources ends, and says no more than the sources do."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from assembler.modules.adapters import FLASKS
from assembler.modules.module_index import ModuleIndex
from assembler.modules.static_object import Kind
from tests.support.projects import write_files

if TYPE_CHECKING:
    from pathlib import Path

CIRCLES = {
    "one.py": "from two import name\nfrom two import *\nclass A(name): ...\nalias = other\n",
    "two.py": "from three import name\nfrom three import *\n",
    "three.py": "from one import name, alias as other\nfrom one import *\n",
    "loop.py": "class A(A): ...\nclass B(C): ...\nclass C(B): ...\na = b\nb = a\nc = c()\n",
    "broken.py": "y = )\n",
    "stars.py": "from broken import *\n",
    "proxy.py": "class P:\n    __class__ = property(lambda self: int)\nclass Q(P): ...\n",
    "made.py": "class N:\n    def __new__(cls): ...\nclass M(N): ...\nclass T(type): ...\n"
    "class S(metaclass=T): ...\nclass Plain(dict): ...\nplain = Plain()\nm = M()\n",
}


@pytest.fixture
def index(tmp_path: Path) -> ModuleIndex:
    """Return the index of modules that lead round."""
    write_files(tmp_path, CIRCLES)
    return ModuleIndex([str(tmp_path), *sys.path])


@pytest.mark.parametrize(
    "text",
    ["one:name", "one:alias", "two:other", "three:other", "loop:a", "loop:b", "loop:c"],
)
def test_circular_names_resolve_to_unknown(index: ModuleIndex, text: str) -> None:
    """By imports, by `*`, by assignments."""
    assert index.resolve(text).kind is Kind.UNKNOWN


@pytest.mark.parametrize("text", ["one:A", "loop:A", "loop:B", "loop:C"])
def test_circular_bases_end(index: ModuleIndex, text: str) -> None:
    """Whatever is asked of the class; nothing is certain of it."""
    found = index.resolve(text)
    assert found.kind is Kind.CLASS
    assert index.objects.has(found, "init_app") is not True
    assert index.objects.is_kind_of(found, FLASKS) is not True
    assert index.objects.list_names(found) == []


def test_unbound_name_in_circular_stars_is_unknown(
    index: ModuleIndex,
) -> None:
    """Since it is not certain what the circle brings, it is not missing."""
    assert index.resolve("one:nobody").kind is Kind.UNKNOWN


def test_star_of_broken_module_brings_unknown_names(index: ModuleIndex) -> None:
    """Importing it fails, which is another thing than that a name is missing."""
    assert index.resolve("stars:anything").kind is Kind.UNKNOWN


@pytest.mark.parametrize("text", ["proxy:P", "proxy:Q"])
def test_class_attribute_of_its_own_makes_kind_uncertain(index: ModuleIndex, text: str) -> None:
    """As `isinstance` has it."""
    assert index.objects.is_kind_of(index.resolve(text), FLASKS) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [("made:N", False), ("made:M", False), ("made:S", False), ("made:Plain", True)],
)
def test_new_and_metaclass_may_make_something_else(
    index: ModuleIndex,
    text: str,
    expected: bool,  # noqa: FBT001 - a case
) -> None:
    """With a `__new__` of its own or of a base, or a metaclass."""
    assert index.objects.makes_its_own(index.resolve(text)) is expected


def test_instance_of_class_with_new_is_unknown(index: ModuleIndex) -> None:
    """And what another made is an instance of it."""
    assert index.resolve("made:m").kind is Kind.UNKNOWN
    assert index.resolve("made:plain").kind is Kind.INSTANCE
