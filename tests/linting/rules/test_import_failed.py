"""Test that a module that cannot be imported is found, and none that can be."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from tests.support.linting import POLICY, lint_files

if TYPE_CHECKING:
    from pathlib import Path

    from assembler.diagnostics.diagnostic import Diagnostic

RULE = "import-failed"
PROFILE = "version: 1\nextensions:\n  - shop.mail\n"
END = "def init_app(app): ...\n"


def lint(folder: Path, source: str, files: dict[str, str] | None = None) -> list[Diagnostic]:
    """Lint a profile whose step is the module `shop.mail`, of this source."""
    every = {"shop/__init__.py": "", "shop/mail.py": source + END, **(files or {})}
    return lint_files(folder, {"web.yaml": PROFILE, **every}, RULE)


def render(found: list[Diagnostic]) -> list[tuple[str, str, list[str]]]:
    """Return the place, the message and the related places of each."""
    return [(str(x.place), x.message, [str(one.place) for one in x.related]) for x in found]


@pytest.mark.parametrize(
    ("source", "failure", "place"),
    [
        ("x = 1\ny = )\n", "SyntaxError: unmatched ')'", "shop/mail.py:2:5"),
        ("import no_such\n", "ModuleNotFoundError: No module named 'no_such'", "shop/mail.py:1:1"),
        (
            "\nfrom no_such.deep import x\n",
            "ModuleNotFoundError: No module named 'no_such'",
            "shop/mail.py:2:1",
        ),
        (
            "from .settings import SENDER\n",
            "ModuleNotFoundError: No module named 'shop.settings'",
            "shop/mail.py:1:1",
        ),
        (
            "import flask.no_such\n",
            "ModuleNotFoundError: No module named 'flask.no_such'",
            "shop/mail.py:1:1",
        ),
        (
            "class C:\n    import no_such\n",
            "ModuleNotFoundError: No module named 'no_such'",
            "shop/mail.py:2:1",
        ),
    ],
)
def test_what_is_no_python_or_needs_what_is_missing_is_found(
    tmp_path: Path, source: str, failure: str, place: str
) -> None:
    """At the reference; the line of the module is pointed at."""
    message = f'importing "shop.mail" failed: {failure}'
    assert render(lint(tmp_path, source)) == [("web.yaml:3:5", message, [place])]
    assert "shop.mail" not in sys.modules


@pytest.mark.parametrize(
    ("files", "failure", "place"),
    [
        (
            {"shop/deep.py": "import json\nimport no_such\n"},
            "ModuleNotFoundError: No module named 'no_such'",
            "shop/deep.py:2:1",
        ),
        (
            {"shop/deep/__init__.py": "from . import er\n", "shop/deep/er.py": "import no_such\n"},
            "ModuleNotFoundError: No module named 'no_such'",
            "shop/deep/er.py:1:1",
        ),
        (
            {
                "shop/deep.py": "from shop.util import helper, gone\n",
                "shop/util.py": "helper = 1\n",
            },
            "ImportError: cannot import name 'gone' from 'shop.util'",
            "shop/deep.py:1:1",
        ),
        (
            {"shop/deep.py": "from shop.mail import (\n  gone as there,\n)\n"},
            "ImportError: cannot import name 'gone' from 'shop.mail'",
            "shop/deep.py:1:1",
        ),
        (
            {"shop/deep.py": "from . import gone\n"},
            "ImportError: cannot import name 'gone' from 'shop'",
            "shop/deep.py:1:1",
        ),
    ],
)
def test_what_its_imports_need_is_looked_for_as_well(
    tmp_path: Path, files: dict[str, str], failure: str, place: str
) -> None:
    """However far from what the profile names: modules, and names in them."""
    found = lint(tmp_path, "import shop.deep\n", files)
    message = f'importing "shop.mail" failed: {failure}'
    assert render(found) == [("web.yaml:3:5", message, [place])]


@pytest.mark.parametrize(
    "files",
    [
        {"shop/deep.py": "try:\n    from shop.util import gone\nexcept ImportError:\n    ...\n"},
        {"shop/deep.py": "def load():\n    from shop.util import gone\n"},
        {"shop/deep.py": "from shop.util import gone\n", "shop/util.py": "from os.path import *\n"},
        {
            "shop/deep.py": "from shop.util import gone\n",
            "shop/util.py": "globals()['go' 'ne'] = 1\n",
        },
        {
            "shop/deep.py": "from shop.util import gone\n",
            "shop/util.py": "def __getattr__(name):\n    return 1\n",
        },
        {"shop/deep.py": "from shop.util import gone\n", "shop/util.py": "if print: gone = 1\n"},
        {"shop/deep.py": "from shop.util import gone\n", "shop/util/gone.py": ""},
        {"shop/deep.py": "from shop.util import *\n", "shop/util.py": "_all = 1\n"},
        {"shop/deep.py": "from shop.mail import init_app\n"},
        {"shop/deep.py": "from psycopg2.errors import UniqueViolation\nfrom ssl import OP_ALL\n"},
        {
            "shop/deep.py": "from shop.util import gone\n",
            "shop/__init__.py": "import shop.util\nshop.util.gone = 1\n",
        },
        {
            "shop/deep.py": "from shop.util import gone\n",
            "shop/__init__.py": "from . import util\nsetattr(util, 'go' + 'ne', 1)\n",
        },
        {
            "shop/deep.py": "from shop.util import gone\n",
            "shop/util.py": "import shop.util as me\nme.__dict__.update(a=1)\n",
        },
        {
            "shop/deep.py": "from shop.util import gone\n",
            "shop/util.py": "from .frames import fill\nfill()\n",
            "shop/frames.py": "import sys\n"
            "def fill():\n    sys._getframe(1).f_globals['go' 'ne'] = 1\n",
        },
        {
            "shop/deep.py": "from shop.util import gone\n",
            "shop/util.py": "def __getattr__(name, /):\n    try:\n        return {}[name]\n"
            "    except KeyError:\n        raise AttributeError(name)\n",
        },
        {
            "shop/deep.py": "from shop.util import gone\n",
            "shop/util.py": "def __getattr__(*names):\n    if names == ():\n"
            "        return 1\n    raise AttributeError\n",
        },
        {
            "shop/deep.py": "from shop.util import gone\n",
            "shop/util.py": "def __getattr__(name):\n    if name == 'old':\n"
            "        raise AttributeError(name)\n    return 1\n",
        },
        {
            "shop/deep.py": "from shop.util import _gone\n",
            "shop/util.py": "from .more import *\n",
            "shop/more.py": "a = _gone = 1\n__all__ = ['a']\n__all__[1:] = ['_go' 'ne']\n",
        },
        {
            "shop/deep.py": "from shop import db\n",
            "shop/__init__.py": "from shop.core import db\n",
            "shop/core.py": "db = 1\n",
            "shop/db.py": "import no_such\n",
        },
        {"shop/deep.py": "import site\nsite.addsitedir('x')\nimport no_such\n"},
        {"shop/deep.py": "exec(open('activate_this.py').read(), {})\nimport no_such\n"},
        {"shop/deep.py": "from sys import path as p\np.append('x')\nimport no_such\n"},
        {"shop/deep.py": "import sys\nsys.meta_path.append(print)\nimport no_such\n"},
        {"shop/deep.py": "from importlib import import_module as get\nget('a')\nimport no_such\n"},
        {"shop/deep.py": "import importlib\nimportlib.import_module(f'a')\nimport no_such\n"},
        {"shop/deep.py": "import importlib\nx = importlib.import_module\nimport no_such\n"},
        {
            "shop/deep.py": "__import__('shop.paths')\nimport no_such\n",
            "shop/paths.py": "import sys\nsys.path *= 1\n",
        },
        {
            "shop/deep.py": "def set_up():\n    import shop.paths\nset_up()\nimport no_such\n",
            "shop/paths.py": "import sys\nsys.path *= 1\n",
        },
        {"shop/deep.py": "import os  # see (the docs\ndef f(x):\n    import no_such\n"},
        {
            "shop/deep.py": "import os  # sigh :(\ntry:\n    import no_such\n"
            "except (ImportError, OSError):\n    pass\n"
        },
        {"shop/deep.py": "import importlib; importlib.reload(importlib); important = 1\n"},
        {"shop/deep.py": "class Mail:  # note: import order matters\n    pass\n"},
        {"shop/deep.py": 'class Mail(object): "Usage: from mail import Mail"\n'},
        {"shop/deep.py": 'for line in """\nimport no_such\n""".split():\n    pass\n'},
        {"shop/deep.py": "\ufefftry:\n    import no_such\nexcept ImportError:\n    pass\n"},
        {"shop/deep.py": "\x0cdef f():\n    import no_such\n"},
        {"shop/deep.py": "import shop.util\\\n as c\n"},
        {
            "shop/deep.py": "from . .util import there\nfrom .util import (there, # see :)\n"
            "  there as it)\n",
            "shop/util.py": "there = 1\n",
        },
        {"shop/deep.py": "import sys\nsys.path.append('x')\nimport no_such\n"},
        {
            "shop/deep.py": "import shop.paths\nimport no_such\n",
            "shop/paths.py": "import sys\nsys.path *= 1",
        },
        {"shop/deep.py": "import shop.d0\n"}
        | {f"shop/d{number}.py": f"import shop.d{number + 1}\n" for number in range(400)},
    ],
)
def test_what_its_imports_may_find_is_not_missing(tmp_path: Path, files: dict[str, str]) -> None:
    """Nothing is said of what text may bind, and of what is very far away."""
    util = {} if "shop/util/gone.py" in files else {"shop/util.py": "there = 1\n"}
    assert lint(tmp_path, "import shop.deep\n", {**util, **files}) == []


@pytest.mark.parametrize("names", [["a", "b"], ["b", "a"], ["b"]])
def test_what_imports_in_a_circle_fails_whoever_comes_first(
    tmp_path: Path, names: list[str]
) -> None:
    """What was looked at meanwhile is not taken for sound."""
    files = {
        "web.yaml": f"version: 1\nextensions: {[f'shop.{name}' for name in names]}\n",
        "shop/a.py": f"import shop.b\nimport no_such\n{END}",
        "shop/b.py": f"import shop.a\n{END}",
    }
    assert len(lint(tmp_path, "", files)) == len(names)


def test_a_guarded_import_may_fail_for_what_it_needs(tmp_path: Path) -> None:
    """Whoever catches the one catches the other."""
    source = "try:\n    import shop.deep\nexcept ImportError:\n    shop = None\n"
    assert lint(tmp_path, source, {"shop/deep.py": "import no_such\n"}) == []


@pytest.mark.parametrize("source", ["x = (\n", "import no_such\n"])
def test_a_package_above_it_is_imported_as_well(tmp_path: Path, source: str) -> None:
    """And fails for it, at its own place."""
    (found,) = lint(tmp_path, "", {"shop/__init__.py": source})
    assert found.message.startswith('importing "shop.mail" failed: ')
    assert str(found.related[0].place).startswith("shop/__init__.py:1:")


def test_each_reference_to_it_is_reported(tmp_path: Path) -> None:
    """One that the app may boot without is a warning."""
    text = f"{PROFILE}  - {{use: 'shop.mail:', name: again, on_error: skip}}\n"
    found = lint(tmp_path, "import no_such\n", {"web.yaml": text})
    assert [(str(one.place), one.severity) for one in found] == [
        ("web.yaml:3:5", "error"),
        ("web.yaml:4:11", "warning"),
    ]


@pytest.mark.parametrize(
    "source",
    [
        "try:\n    import no_such\nexcept ImportError:\n    no_such = None\n",
        "try: import no_such\nexcept ImportError: no_such = None\n",
        "from contextlib import suppress\nwith suppress(ImportError):\n    import no_such\n",
        "import sys\nif sys.platform == 'nowhere':\n    import no_such\n",
        "import os\nif os.environ.get('NO_SUCH'): import no_such\n",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import no_such\n",
        "def load():\n    import no_such\n",
        "class C:\n    def load(self): import no_such\n",
        "class C:\n    try:\n        import no_such\n    except ImportError:\n        pass\n",
        "text = '''\nimport no_such\n'''\n",
        "import sys\nsys.modules['no_such'] = sys\nimport no_such\n",
        "import sys\nsys.path.insert(0, 'vendored')\nimport no_such\n",
        "from importlib import import_module\nmodule = import_module('json')\n",
        "from . import mail\n",
        "import shop.mail\n",
        "# import_module is called elsewhere\nfrom . import mail\n",
        "import os.path, collections.abc, xml.etree.ElementTree as tree\n",
        "raise RuntimeError\n",
        "match = [1]\nmatch match:\n    case [2]:\n        import no_such\n",
    ],
)
def test_an_import_that_may_be_caught_or_not_carried_out_is_left_alone(
    tmp_path: Path, source: str
) -> None:
    """Below `try`, `if` and `with`, in a function, for types; where modules are found elsewhere."""
    assert lint(tmp_path, source) == []


@pytest.mark.parametrize(
    "files",
    [
        {"shop/__init__.py": "import sys\nsys.path.append('vendored')\n"},
        {"shop/__init__.py": "from . import paths\n", "shop/paths.py": "import sys\nsys.path *= 1"},
        {"no_such/part.py": ""},
        {"pyproject.toml": f"{POLICY}pythonpath = ['src']\n", "src/no_such/__init__.py": ""},
        {"pyproject.toml": f"{POLICY}allow = ['flask']\n"},
        {"web.yaml": PROFILE.replace("shop.mail", "{use: shop.mail, when: {installed: no_such}}")},
    ],
)
def test_a_module_that_may_be_found_is_not_missing(tmp_path: Path, files: dict[str, str]) -> None:
    """By a path that the package sets, in a folder of the policy; or the step does not run."""
    assert lint(tmp_path, "import no_such\n", files) == []


def test_nothing_is_missing_once_a_step_changed_where_modules_are_found(tmp_path: Path) -> None:
    """The steps before it are as certain as ever; what comes after it may be found."""
    files = {
        "web.yaml": "version: 1\n"
        "extensions: ['shop.first', 'shop.boot', 'shop.last', 'vendored:x']\n",
        "shop/first.py": f"import no_such\n{END}",
        "shop/boot.py": f"import sys\nsys.path.append('vendor')\n{END}",
        "shop/last.py": f"import vendored\n{END}",
    }
    (found,) = lint(tmp_path, "", files)
    assert str(found.place) == "web.yaml:2:14"


@pytest.mark.parametrize(
    "source",
    [
        "# The handlers are loaded with import_module elsewhere.\n",
        "from importlib import import_module\nmodule = import_module('json')\n",
    ],
)
def test_the_search_goes_on_behind_a_known_import(tmp_path: Path, source: str) -> None:
    """A word in a comment says nothing, and of a module that is named it is known what it does."""
    (found,) = lint(tmp_path, f"{source}import no_such\n")
    assert "No module named 'no_such'" in found.message
