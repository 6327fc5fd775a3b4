"""The config of a class is read from its source, or is not known at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assembler.diagnostics.diagnostic import Collector
from assembler.document.document import parse_document
from assembler.modules.config_object import SET_AT_RUN, read_config_object
from assembler.modules.module_index import ModuleIndex
from assembler.policy import find_policy
from tests.support.projects import write_files

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

BASE = """\
import os
from abc import ABC


class Base(ABC):
    \"\"\"Of all.\"\"\"

    debug = os.environ.get("debug")
    DEBUG = False
    NAME: str = "base"
    LATER: int
    KEYS = MORE = ["a", {"b": 1}]

    @property
    def URL(self):
        return "x"

    def read(self):
        self.other = 1
"""


def read(folder: Path, text: str, name: str = "Config") -> Mapping[str, object] | None:
    """Return what is read of a class of the module ``conf``, beside the module ``base``."""
    write_files(folder, {"base.py": BASE, "conf.py": text})
    modules = ModuleIndex([str(folder)])
    document = parse_document(f"target: conf:{name}".encode(), "web.yaml", Collector())
    assert document is not None
    return read_config_object(document.get("target"), modules, find_policy({}, folder))


def test_constants_of_a_class_and_its_bases_are_read(tmp_path: Path) -> None:
    """What is no constant has its key, too."""
    own = "class Config(Base):\n    DEBUG = True\n    TOKEN = open('x').read()\n"
    text = f"from base import Base\n{own}"
    assert read(tmp_path, text) == {
        "DEBUG": True,
        "NAME": "base",
        "KEYS": ["a", {"b": 1}],
        "MORE": ["a", {"b": 1}],
        "URL": SET_AT_RUN,
        "TOKEN": SET_AT_RUN,
    }


@pytest.mark.parametrize(
    "text",
    [
        "class Config:\n    if 1:\n        A = 1\n",
        "class Config:\n    A, B = 1, 2\n",
        "class Config:\n    A = (B := 1)\n",
        "class Config:\n    A = 1\n    A += 1\n",
        "class Config:\n    from base import *\n",
        "class Config:\n    locals().update(A=1)\n",
        "class Config:\n    def __init_subclass__(cls):\n        cls.A = 1\n",
        "class Config(metaclass=type):\n    A = 1\n",
        "@print\nclass Config:\n    A = 1\n",
        "class Config(Unknown):\n    A = 1\n",
        "class Config(dict):\n    A = 1\n",
        "from enum import Enum\nclass Config(Enum):\n    A = 1\n",
        "class Config:\n    A = 1\nConfig.B = 2\n",
        "class Config:\n    A = 1\nfor key in 'AB':\n    setattr(Config, key, 1)\n",
        "class Config:\n    A = 1\nclass Config:\n    B = 1\n",
        "def Config():\n    pass\n",
        "Config = {'A': 1}\n",
        "A = 1\n",
        "class Config(:\n",
    ],
)
def test_what_is_not_certain_is_not_known_at_all(tmp_path: Path, text: str) -> None:
    """Other keys may be set in ways that a body of plain assignments does not show."""
    assert read(tmp_path, text) is None


def test_a_module_that_is_not_allowed_is_not_read(tmp_path: Path) -> None:
    """A policy names what a profile may name."""
    write_files(tmp_path, {"pyproject.toml": "[tool.assembler]\nallow = ['shop']\n"})
    assert read(tmp_path, "class Config:\n    A = 1\n") is None
