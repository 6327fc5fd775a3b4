"""The imports that loaded a module are found from the sources of the loaded modules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.scripts import run_script, write_files

if TYPE_CHECKING:
    from pathlib import Path

PRELUDE = """
import json, sys
import pathlib
from assembler.patching.import_chain import find_import_chain, is_project_module

def report(name):
    steps = find_import_chain(name)
    folder = pathlib.Path.cwd()
    files = [pathlib.Path(step.file).relative_to(folder) for step in steps]
    print(json.dumps([
        f"{step.module} -> {step.imported} {file}:{step.line}"
        for file, step in zip(files, steps)
    ]))

"""


def _report(files: dict[str, str], source: str, folder: Path) -> Any:  # noqa: ANN401 - any JSON
    write_files(folder, files)
    return run_script(PRELUDE + source, folder=folder)


@pytest.mark.parametrize(
    "statement",
    [
        "import target",
        "import json, target as other",
        "from target import VALUE",
        "from target import (\n    VALUE,\n)",
        "try:\n    import target\nexcept ImportError:\n    pass",
        "if True: import target",
        "def load():\n    import target\n    return target\nload()",
        "class Late:\n    from target import VALUE",
        "from importlib import import_module\nimport_module('target')",
        "__import__('target')",
    ],
)
def test_every_way_to_import_is_read(statement: str, tmp_path: Path) -> None:
    """Conditional imports, those in functions and those by a literal name are found as well."""
    statement_line = next(
        index
        for index, line in enumerate(statement.splitlines(), start=2)
        if "target" in line and "return" not in line
    )

    found = _report(
        {"target.py": "VALUE = 1\n", "shop.py": f"\n{statement}\n"},
        'import shop\nreport("target")',
        tmp_path,
    )

    assert found[-1] == f"shop -> target shop.py:{statement_line}"


@pytest.mark.parametrize(
    "statement",
    ["from . import clock", "from .clock import VALUE", "from ..shop import clock"],
)
def test_relative_imports_are_resolved(statement: str, tmp_path: Path) -> None:
    """A relative import counts for the module that it means."""
    files = {
        "app/__init__.py": "",
        "app/shop/__init__.py": "",
        "app/shop/clock.py": "VALUE = 1\n",
        "app/shop/views.py": f"{statement}\n",
    }

    found = _report(
        files,
        """
import importlib
importlib.import_module("app.shop." + "views")
report("app.shop.clock")
""",
        tmp_path,
    )

    assert found == ["app.shop.views -> app.shop.clock app/shop/views.py:1"]


def test_the_chain_starts_at_the_program(tmp_path: Path) -> None:
    """Every import is there, from the main module down to the one that is asked for."""
    found = _report(
        {
            "shop/__init__.py": "",
            "shop/web.py": '"""Web."""\nfrom shop import settings\n',
            "shop/settings.py": "import target.inner\n",
            "target/__init__.py": "from target import inner\n",
            "target/inner.py": "",
        },
        'import shop.web\nreport("target.inner")',
        tmp_path,
    )

    assert [step.split()[:3] for step in found] == [
        ["__main__", "->", "shop.web"],
        ["shop.web", "->", "shop.settings"],
        ["shop.settings", "->", "target.inner"],
    ]


def test_a_package_is_loaded_by_who_imports_what_is_in_it(tmp_path: Path) -> None:
    """`import a.b` loads `a`; that `a.b` imports `a` in turn loads nothing."""
    found = _report(
        {
            "target/__init__.py": "",
            "target/inner.py": "import target\n",
            "shop.py": "import target.inner\n",
        },
        'import shop\nreport("target")',
        tmp_path,
    )

    assert found[-1] == "shop -> target shop.py:1"


def test_prose_and_type_checking_are_no_imports(tmp_path: Path) -> None:
    """A docstring that says "import target", or an import for types only, loads nothing."""
    found = _report(
        {
            "target.py": "",
            "near.py": '"""Do not\n\nimport target\n\nhere."""\n',
            "types_only.py": (
                "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import target\n"
            ),
            "far.py": "import farther\n",
            "farther.py": "# import target is below\n\nimport target\n",
        },
        'import near, types_only, far\nreport("target")',
        tmp_path,
    )

    assert found[1:] == ["far -> farther far.py:1", "farther -> target farther.py:3"]


def test_project_modules_go_before_others_that_import_it(tmp_path: Path) -> None:
    """Of several chains the one that starts in the project is given: it is the one to mend."""
    found = _report(
        {
            "target.py": "",
            "vendor/acme.py": "import target\n",
            "vendor/acme-1.0.dist-info/METADATA": "Name: acme\n",
            "shop.py": "import shop_settings\n",
            "shop_settings.py": "import target\n",
        },
        """
import importlib
sys.path.append("vendor")
for name in ("acme", "shop"):
    importlib.import_module(f"{name}")
report("target")
""",
        tmp_path,
    )

    assert found == [
        "shop -> shop_settings shop.py:1",
        "shop_settings -> target shop_settings.py:1",
    ]


def test_circles_end(tmp_path: Path) -> None:
    """Modules that import each other still give a chain, once round at most."""
    found = _report(
        {
            "target.py": "",
            "one.py": "import two\nimport target\n",
            "two.py": "import one\n",
        },
        'import importlib\nimportlib.import_module("on" + "e")\nreport("target")',
        tmp_path,
    )

    assert found[-1] == "one -> target one.py:2"
    assert len(found) <= 2


def test_what_nothing_imports_has_no_chain(tmp_path: Path) -> None:
    """A module loaded by a computed name, or not at all, gives an empty chain."""
    found = _report(
        {"target.py": ""},
        'import importlib\nimportlib.import_module("tar" + "get")\nreport("target")',
        tmp_path,
    )

    assert found == []


def test_a_broken_source_is_passed_over(tmp_path: Path) -> None:
    """A file that changed on disk since it was loaded does not stop the search."""
    found = _report(
        {"target.py": "", "shop.py": "import target\n"},
        'import shop\npathlib.Path("shop.py").write_text("import target\\n)(")\nreport("target")',
        tmp_path,
    )

    assert found == []


def test_what_is_the_project(tmp_path: Path) -> None:
    """The standard library, built-in modules and installed ones are not the project's."""
    write_files(tmp_path, {"shop/__init__.py": "", "shop/web.py": ""})

    found = run_script(
        PRELUDE
        + """
import json.decoder, flask, flask.app, shop.web
names = ["json.decoder", "sys", "flask", "flask.app", "shop", "shop.web", "__main__", "nothing"]
print(json.dumps([name for name in names if is_project_module(name)]))
""",
        folder=tmp_path,
    )

    assert found == ["shop", "shop.web", "__main__"]
