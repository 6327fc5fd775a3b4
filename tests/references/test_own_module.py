"""The module an object belongs to decides whether the policy allows it."""

from __future__ import annotations

import collections
import contextlib
import functools
import json
import os.path
import pathlib
from pathlib import Path
from types import MethodType
from typing import TYPE_CHECKING

import pytest

from assembler.diagnostics.faults import StepFault
from assembler.policy import Policy, Settings
from assembler.references.reference import (
    find_own_module,
    is_catalog_name,
    is_profile_path,
    parse_reference,
    resolve_reference,
)
from tests.support.projects import in_folder, write_files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PLAIN = [True, 1, 1.5, 1j, "a", b"a", [], (), {}, set(), frozenset(), None]


class Text(str):
    """Plain data of a class of its own."""

    __slots__ = ()


@functools.wraps(json.dumps)
def wrapper() -> None:
    """Wrap a function of another module."""


@functools.wraps(json.dumps, assigned=())
def quiet_wrapper() -> None:
    """Wrap a function of another module, under a name of its own."""


@contextlib.contextmanager
def opened() -> Iterator[None]:
    """Belong to this module, though contextlib made the function."""
    yield


class Thing:
    """An instance's own `__module__` is its class's."""

    def method(self) -> None:
        """Do nothing."""

    def __call__(self) -> None:
        """Do nothing."""


@pytest.mark.parametrize("value", PLAIN, ids=lambda value: type(value).__name__)
def test_plain_data_belongs_to_no_module(value: object) -> None:
    """It is no code, whoever made it."""
    assert find_own_module(value) is None


@pytest.mark.parametrize(
    ("target", "module"),
    [
        (json, "json"),
        (os.path, os.path.__name__),
        (json.dumps, "json"),
        (json.JSONDecoder, "json.decoder"),
        (json.JSONDecoder(), "json.decoder"),
        (json.JSONDecoder().decode, "json.decoder"),
        (functools.partial(json.dumps, 1), "json"),
        (functools.partial(functools.partial(json.dumps), 1), "json"),
        (functools.partial(json.JSONDecoder().decode), "json.decoder"),
        (wrapper, "json"),
        (quiet_wrapper, "json"),
        (MethodType(functools.partial(json.dumps), 1), "json"),
        (Text("a"), __name__),
        (Thing, __name__),
        (Thing(), __name__),
        (Thing().method, __name__),
        (opened, __name__),
        (len, "builtins"),
        ([].append, "builtins"),
        (os.getpid, "posix"),
        (collections.OrderedDict().popitem, "collections"),
        (pathlib.PurePosixPath("a"), pathlib.PurePosixPath.__module__),
        (int, "builtins"),
    ],
)
def test_object_belongs_to_the_module_of_what_it_stands_for(target: object, module: str) -> None:
    """A partial, a wrapper or a method to that of its function, an instance to that of its type."""
    assert find_own_module(target) == module


def test_callable_without_a_module_belongs_to_that_of_its_type() -> None:
    """A name that is no string says nothing."""
    thing = Thing()
    thing.__module__ = None  # type: ignore[assignment]  # as some proxies have it

    assert find_own_module(thing) == __name__


@pytest.mark.parametrize(
    ("text", "is_name"),
    [("database", True), ("shop.models", False), ("shop:db", False), ("", True)],
)
def test_catalogue_name_has_neither_dot_nor_colon(text: str, *, is_name: bool) -> None:
    """Whatever has one is an object reference."""
    assert is_catalog_name(text) is is_name


def test_profile_path_is_told_by_its_suffix() -> None:
    """A mount may name a profile."""
    assert is_profile_path("admin.yaml")
    assert is_profile_path("below/admin.yml")
    assert not is_profile_path("shop.admin:app")


def test_reference_is_written_back_as_a_profile_has_it() -> None:
    """A module alone has no colon."""
    for text in ("shop.models:db.connect", "shop.models", "shop"):
        assert str(parse_reference(text)) == text
    assert str(parse_reference("shop:")) == "shop"


@pytest.fixture
def resolve(tmp_path: Path) -> Callable[..., object]:
    """Return a function that resolves a reference in a project."""
    write_files(
        tmp_path,
        {
            "shop/__init__.py": "",
            "shop/models.py": "import json\nclass Db:\n    size = 1\n    _hidden = 2\n",
            "shop/leaves.py": "raise SystemExit(3)\n",
            "shop/stops.py": "raise KeyboardInterrupt\n",
            "shop/needs_sibling.py": "import shop.not_there\n",
            "single.py": "value = object()\n",
        },
    )

    def resolve_here(text: str, *allow: str) -> object:
        settings = Settings(allow=list(allow) or None)
        with in_folder(tmp_path):
            return resolve_reference(text, Policy(Path("policy.toml"), settings))

    return resolve_here


@pytest.mark.parametrize(
    ("text", "code", "words", "hint"),
    [
        ("nowhere_at_all", "ASM503", '"nowhere_at_all"', "`pythonpath`"),
        ("jsn:dumps", "ASM503", '"jsn"', "'json'"),
        ("shop.nowhere:x", "ASM503", 'package "shop" has no module "nowhere"', "'models'"),
        ("single.part:x", "ASM503", '"single"', "`single:part`"),
        ("shop.models:Db.zzzzzz", "ASM504", 'the class "shop.models:Db"', "'size'"),
        ("shop.models:zzzzzz", "ASM504", 'module "shop.models"', "'Db'"),
        ("shop:zzzzzz", "ASM504", 'module "shop"', "attributes"),
        ("single:value.zzzzzz", "ASM504", 'object "single:value"', "public"),
        ("shop.needs_sibling:x", "ASM505", '"shop.needs_sibling"', "."),
    ],
)
def test_reference_that_leads_nowhere_says_which_part(
    resolve: Callable[..., object], text: str, code: str, words: str, hint: str
) -> None:
    """And what is there instead, hidden names left out."""
    with pytest.raises(StepFault) as caught:
        resolve(text)

    fault = caught.value
    assert fault.code is not None
    assert (fault.code.number, words in fault.message) == (code, True), fault.message
    assert hint in str(fault.hint)
    assert "_hidden" not in str(fault.hint)


def test_module_that_leaves_is_a_fault_and_an_interrupt_is_none(
    resolve: Callable[..., object],
) -> None:
    """Whoever presses Ctrl-C is not told of a broken module."""
    with pytest.raises(StepFault) as caught:
        resolve("shop.leaves")
    assert caught.value.code is not None
    assert caught.value.code.number == "ASM505"
    with pytest.raises(KeyboardInterrupt):
        resolve("shop.stops")


def test_module_that_is_not_allowed_is_named_with_the_way_to_it(
    resolve: Callable[..., object],
) -> None:
    """The reference is repeated only where it does not begin with that module."""
    with pytest.raises(StepFault) as direct:
        resolve("json:dumps", "shop")
    with pytest.raises(StepFault) as indirect:
        resolve("shop.models:json.dumps", "shop")

    assert '"json"' in direct.value.message
    assert "json:dumps" not in direct.value.message
    assert '"json"' in indirect.value.message
    assert '"shop.models:json.dumps"' in indirect.value.message
    assert "`allow` in policy.toml" in str(direct.value.hint)
