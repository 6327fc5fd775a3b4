"""Test that references resolve, say what is missing, and stay within the allow list."""

from __future__ import annotations

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from assembler.diagnostics import codes
from assembler.diagnostics.faults import StepFault
from assembler.policy import Policy, Settings
from assembler.references.reference import find_own_module, parse_reference, resolve_reference
from tests.support.projects import in_folder, write_files

OPEN = Policy(None, Settings())
MODULES = {
    "shop/__init__.py": "import os as system\nimport logging\nvalue = {'a': 1}\n",
    "shop/models.py": """\
import functools, os
class Db:
    def connect(self): ...
db = Db()
run = functools.partial(os.system, 'true')
@functools.wraps(os.getcwd)
def wrapper(): ...
method = db.connect
exit_now = os._exit
""",
    "shop/broken.py": "x = 1\n\n\ndef fail():\n    raise ValueError('no good')\n\n\nfail()\n",
    "shop/needs.py": "import not_installed_at_all\n",
    "shop/syntax.py": "def f(:\n",
}


def resolve(folder: Path, text: str, policy: Policy = OPEN) -> object:
    """Resolve ``text`` in a project with a shop."""
    write_files(folder, MODULES)
    with in_folder(folder):
        return resolve_reference(text, policy)


def get_fault(folder: Path, text: str, policy: Policy = OPEN) -> StepFault:
    """Return the fault of a reference that names nothing."""
    with pytest.raises(StepFault) as caught:
        resolve(folder, text, policy)
    return caught.value


@pytest.mark.parametrize(
    ("text", "module", "attributes"),
    [
        ("shop:db", "shop", ("db",)),
        ("shop.models:db.connect", "shop.models", ("db", "connect")),
        ("shop.models", "shop.models", ()),
        ("shop:", "shop", ()),
    ],
)
def test_a_reference_is_a_module_and_a_path_of_attributes(
    text: str, module: str, attributes: tuple[str, ...]
) -> None:
    """A dotted text and a trailing colon mean the module itself."""
    assert parse_reference(text) == (module, attributes)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        *((text, "package.module:attribute") for text in ("", ":", "a b", "1.2", "a..b")),
        *((text, "package.module:attribute") for text in ("shop:db:", "shop:.db")),
        (" a b", "package.module:attribute"),
        ("shop::db", "shop:db"),
        ("shop::xml", "shop:xml"),
        ("shop:make()", "shop:make"),
        ("a/b.c", "a.b.c"),
        ("./shop/mail.py:Mail", "shop.mail:Mail"),
        ("shop/__init__.py", "shop"),
        ("flask-cors:CORS", "flask_cors:CORS"),
    ],
)
def test_what_is_no_reference_is_refused(text: str, meant: str) -> None:
    """The fault says how one is written, and which one a path or a distribution's name means."""
    with pytest.raises(StepFault) as caught:
        parse_reference(text)
    assert caught.value.hint == f"Write it as `{meant}`."


def test_an_attribute_that_is_not_there_is_tried_as_a_submodule(tmp_path: Path) -> None:
    """`shop:models.db` reaches the module that nobody imported yet."""
    assert type(resolve(tmp_path, "shop:models.db")).__name__ == "Db"


@pytest.mark.parametrize(
    ("text", "code", "message", "hint"),
    [
        ("shopp:db", "ASM503", 'there is no module "shopp"', "Did you mean 'shop'?"),
        (
            "shop.modles:db",
            "ASM503",
            'the package "shop" has no module "modles"',
            "Did you mean 'models'?",
        ),
        (
            "shop.models:dbb",
            "ASM504",
            'the module "shop.models" has no attribute "dbb"',
            "Did you mean 'db'?",
        ),
        (
            "shop.models:db.conect",
            "ASM504",
            'the Db "shop.models:db" has no attribute "conect"',
            "Did you mean 'connect'?",
        ),
    ],
)
def test_a_reference_that_names_nothing_says_which_part_failed(
    tmp_path: Path, text: str, code: str, message: str, hint: str
) -> None:
    """And what is there instead."""
    fault = get_fault(tmp_path, text)
    assert fault.code is not None
    assert (fault.code.number, fault.message, fault.hint) == (code, message, hint)


@pytest.mark.parametrize(
    ("module", "reason", "line"),
    [
        ("broken", "ValueError: no good", 5),
        ("needs", "ModuleNotFoundError: No module named 'not_installed_at_all'", 1),
        ("syntax", "SyntaxError: invalid syntax", 1),
    ],
)
def test_a_module_that_raises_gives_its_own_last_frame(
    tmp_path: Path, module: str, reason: str, line: int
) -> None:
    """The frame and the message are the project's, not ours."""
    fault = get_fault(tmp_path, f"shop.{module}:x")
    assert fault.code is not None
    assert fault.code.number == "ASM505"
    assert fault.message == f'importing "shop.{module}" failed: {reason}'
    (related,) = fault.related
    assert related.place.path == f"shop/{module}.py"
    assert related.place.span.line == line


def allow(*modules: str) -> Policy:
    """Return a policy that allows ``modules``."""
    return Policy(Path("policy.toml"), Settings(allow=list(modules)))


def test_a_submodule_of_what_a_module_imported_is_allowed_before_it_is_imported(
    tmp_path: Path,
) -> None:
    """An attribute that is not there is tried as a submodule: of another package, too."""
    modules = {
        "window/__init__.py": "import hidden\n",
        "hidden/__init__.py": "",
        "hidden/evil.py": "raise RuntimeError('imported')\n",
    }
    write_files(tmp_path, modules)
    with in_folder(tmp_path), pytest.raises(StepFault) as raised:
        resolve_reference("window:hidden.evil", allow("window"))
    assert raised.value.message == (
        'the policy does not allow the module "hidden.evil", which "window:hidden.evil" leads to'
    )


def test_a_module_is_allowed_before_it_is_imported(tmp_path: Path) -> None:
    """A module that is not on the list never runs."""
    marker = tmp_path / "ran"
    write_files(tmp_path, {"evil.py": f"open({str(marker)!r}, 'w').close()\n"})
    fault = get_fault(tmp_path, "evil:x", allow("shop"))
    assert fault.message == 'the policy does not allow the module "evil"'
    assert not marker.exists()


@pytest.mark.parametrize(
    "text",
    [
        "shop:system",  # a re-exported module
        "shop:system.system",  # what it holds
        "shop:logging.os.system",  # by way of another
        "shop.models:run",  # a partial of it
        "shop.models:wrapper",  # a wrapper of it
        "shop.models:exit_now",  # an alias
        "shop:__builtins__.get",
    ],
)
def test_no_alias_or_re_export_gets_round_the_list(tmp_path: Path, text: str) -> None:
    """The object itself must belong to an allowed module."""
    fault = get_fault(tmp_path, text, allow("shop"))
    assert fault.code is not None
    assert fault.code.number == "ASM701"


@pytest.mark.parametrize(
    "text", ["shop.models:db", "shop.models:Db", "shop.models:method", "shop:value"]
)
def test_what_belongs_to_an_allowed_module_resolves(tmp_path: Path, text: str) -> None:
    """Instances by their type, methods by their function; plain data is no code."""
    assert resolve(tmp_path, text, allow("shop")) is not None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("shop.models:Db.connect.__globals__", "__globals__"),
        ("shop.models:Db.__init__.__objclass__", "__init__"),
        ("shop:__builtins__", "__builtins__"),
    ],
)
def test_python_s_own_names_are_not_followed_where_modules_are_limited(
    tmp_path: Path, text: str, name: str
) -> None:
    """They lead from any object to all others, by plain data too."""
    fault = get_fault(tmp_path, text, allow("shop"))
    assert fault.message == f'the policy does not allow the name "{name}" in "{text}"'
    assert (fault.hint, fault.code) == ("Name an object by its public names.", codes.NOT_ALLOWED)
    assert resolve(tmp_path, text) is not None


def test_a_name_with_one_underscore_is_no_name_of_python_s(tmp_path: Path) -> None:
    """A project may name what it keeps to itself."""
    write_files(tmp_path, {"shop_own.py": "_db = {'a': 1}\n"})
    with in_folder(tmp_path):
        assert resolve_reference("shop_own:_db", allow("shop_own")) == {"a": 1}


def test_a_module_that_is_being_imported_is_waited_for(tmp_path: Path) -> None:
    """Two threads that assemble at once both get all of it."""
    module = "import time\nstarted = True\ntime.sleep(0.1)\ndb = 1\n"
    write_files(tmp_path, {"shop_slow.py": module})
    with in_folder(tmp_path), ThreadPoolExecutor(1) as pool:
        first = pool.submit(resolve_reference, "shop_slow:db", OPEN)
        while not (first.done() or hasattr(sys.modules.get("shop_slow"), "started")):
            time.sleep(0.001)
        assert (resolve_reference("shop_slow:db", OPEN), first.result()) == (1, 1)


def test_a_name_that_only_starts_like_an_allowed_one_is_not_allowed(tmp_path: Path) -> None:
    """`shopx` is not below `shop`."""
    write_files(tmp_path, {"shopx.py": ""})
    assert get_fault(tmp_path, "shopx:", allow("shop")).hint == (
        'Add "shopx" to `allow` in policy.toml.'
    )


def test_builtin_functions_belong_to_their_module() -> None:
    """`builtins` must be allowed by name for `eval` to be."""
    assert find_own_module(eval) == "builtins"
    assert find_own_module(len) == "builtins"
