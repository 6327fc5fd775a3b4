"""Find, without importing it, what a module would keep that gevent's patch replaces.

`assembler.patching.late` checks the modules that are loaded; this checks their text, and knows
of installed libraries only those that are known to keep something.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.modules.import_scan import Import
    from assembler.modules.module_index import ModuleIndex
    from assembler.modules.static_module import StaticModule

__all__ = ["KEEPERS", "REPLACED", "Kept", "find_kept"]

Chain = tuple[tuple["StaticModule", "Import"], ...]
# Libraries that keep an `ssl.SSLContext` once they are loaded.
KEEPERS = frozenset(
    {"aiohttp", "boto3", "botocore", "redis", "requests", "sentry_sdk", "urllib3"},
)
# What is replaced, of what a project would import by its name.
REPLACED = {
    "os": frozenset({"fork", "forkpty", "waitpid"}),
    "queue": frozenset({"LifoQueue", "PriorityQueue", "Queue", "SimpleQueue"}),
    "select": frozenset({"poll", "select"}),
    "selectors": frozenset({"DefaultSelector"}),
    "signal": frozenset({"getsignal", "signal"}),
    "socket": frozenset(
        {"create_connection", "getaddrinfo", "gethostbyname", "getnameinfo", "socket", "socketpair"}
    ),
    "ssl": frozenset({"SSLContext", "SSLSocket", "get_server_certificate"}),
    "subprocess": frozenset({"Popen", "call", "check_call", "check_output", "run"}),
    "threading": frozenset({"Event", "Lock", "RLock", "Thread", "Timer", "get_ident", "local"}),
    "time": frozenset({"sleep"}),
}


class Kept(NamedTuple):
    """What one module keeps, and by which imports it is loaded."""

    module: str
    keeps: str  # such as ``time.sleep``
    chain: Chain
    is_object: bool = False  # the module makes it, of a class that is replaced


def find_kept(modules: ModuleIndex, name: str) -> Iterator[Kept]:
    """Iterate over what ``name`` and all that it imports keep, the nearest first."""
    for imported in modules.iter_imported(name):
        yield from _find_own(modules, imported.name, imported.chain)


def _find_own(modules: ModuleIndex, name: str, chain: Chain) -> Iterator[Kept]:
    module = modules.find_module(name)
    if name in KEEPERS:
        yield Kept(name, "ssl.SSLContext", chain)
    if module is None or not modules.is_project_module(name):
        return
    for one in module.imports:
        if not one.is_deferred and not one.is_type_checking and one.module in REPLACED:
            for item in one.names:
                if item in REPLACED[one.module]:
                    yield Kept(name, f"{one.module}.{item}", (*chain, (module, one)))
    for item in _find_objects(module):
        yield Kept(name, f"{item} object", chain, is_object=True)


def _find_objects(module: StaticModule) -> Iterator[str]:
    """Iterate over what a module makes of the replaced classes: ``lock = threading.Lock()``."""
    if not any(one.module in REPLACED for one in module.imports):  # then there is no need to parse
        return
    for binding in module.bindings.values():
        function = binding.node.func if isinstance(binding.node, ast.Call) else None
        if not isinstance(function, ast.Attribute) or not isinstance(function.value, ast.Name):
            continue
        name, owner = function.attr, module.bindings.get(function.value.id)
        is_class = name[:1].isupper() or name in {"local", "socket"}
        if is_class and owner and not owner.attribute and name in REPLACED.get(owner.module, ()):
            yield f"{owner.module}.{name}"
