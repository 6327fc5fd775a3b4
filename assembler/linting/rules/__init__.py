"""List the rules: one module each, whose docstring is its page and whose name is its code's."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from assembler.diagnostics.codes import CODES

if TYPE_CHECKING:
    from assembler.diagnostics.diagnostic import Code
    from assembler.linting.rules.form import Rule

__all__ = ["CHECKED", "find_code", "get_page", "get_rule"]

# The rules with a check of their own, in the order of their codes. All others are reported by the
# stage that finds them: their modules hold only the page, and linting does not import them.
CHECKED: tuple[str, ...] = (
    "malformed-interpolation",
    "overlay-changes-nothing",
    "variable-defaults-differ",
    "preload-with-gevent",
    "blocking-driver",
    "unknown-server-setting",
    "wrong-server-setting",
    "debug-beyond-loopback",
    "address-in-use",
    "wrong-bind",
    "server-needs-patch",
    "server-keys-not-in-force",
    "useless-patch",
    "driver-missing",
    "patch-missing",
    "imported-before-patches",
    "module-not-found",
    "attribute-not-found",
    "import-failed",
    "step-failed",
    "wrong-adapter",
    "wrong-option",
    "not-a-flask",
    "import-name-missing",
    "call-failed",
    "extra-missing",
    "same-route-prefix",
    "same-blueprint-name",
    "proxy-fix-inside",
    "usual-order",
    "debug-conflict",
    "config-file-missing",
    "key-set-twice",
    "near-miss-key",
    "useless-source",
    "old-database-scheme",
    "wrong-database-url",
    "not-allowed",
    "file-not-allowed",
    "default-secret",
    "literal-secret",
    "readable-secret-file",
    "cors-with-credentials",
    "databases-differ",
    "brokers-differ",
    "config-sources-differ",
    "migrations-patched",
    "migrations-without-models",
    "migrations-differ",
    "unused-base",
    "migration-failed",
    "several-heads",
    "no-migrations",
)


def get_rule(name: str) -> Rule:
    """Import the rule called ``name``, such as ``unknown-key``.

    Raises:
        ModuleNotFoundError: if there is none.
    """
    rule: Rule = import_module(f"{__name__}.{name.replace('-', '_')}").RULE
    return rule


def get_page(code: Code) -> str:
    """Give the page of a rule: its module's docstring, in Markdown."""
    page = import_module(f"{__name__}.{code.name.replace('-', '_')}").__doc__
    assert page is not None
    return page.strip() + "\n"


def find_code(text: str) -> Code | None:
    """Give the code that ``text`` is the number or the name of, in any case; ``None`` if none."""
    return _index_codes().get(text.strip().lower())


@cache
def _index_codes() -> dict[str, Code]:
    return {text: code for code in CODES for text in (code.number.lower(), code.name)}
