"""List the rules: each a module with a check, named for its code, whose page is in ``pages``."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assembler.linting.rules.form import Rule

__all__ = ["CHECKED", "get_rule"]

# In the order of their codes. Every other code is reported by the stage that finds the fault.
CHECKED: tuple[str, ...] = (
    "curly-quotes",
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
    "driver-missing",
    "patch-missing",
    "imported-before-patches",
    "pool-needs-patch",
    "too-few-connections",
    "pool-without-worker",
    "polling-with-workers",
    "module-not-found",
    "attribute-not-found",
    "import-failed",
    "step-failed",
    "wrong-adapter",
    "wrong-option",
    "app-attribute-missing",
    "not-a-flask",
    "import-name-missing",
    "call-failed",
    "extra-missing",
    "same-route-prefix",
    "same-blueprint-name",
    "proxy-fix-inside",
    "usual-order",
    "project-not-found",
    "debug-conflict",
    "config-file-missing",
    "config-file-broken",
    "key-set-twice",
    "near-miss-key",
    "old-database-scheme",
    "wrong-database-url",
    "wrong-config-value",
    "unset-config-key",
    "empty-config-file",
    "not-allowed",
    "file-not-allowed",
    "default-secret",
    "literal-secret",
    "readable-secret-file",
    "cors-with-credentials",
    "path-as-secret",
    "console-unguarded",
    "databases-differ",
    "brokers-differ",
    "migrations-patched",
    "migrations-without-models",
    "migrations-differ",
    "task-not-imported",
    "migration-failed",
    "several-heads",
    "no-migrations",
    "revision-id-too-long",
    "journal-table-missing",
)


def get_rule(name: str) -> Rule:
    """Import the rule called ``name``, such as ``blocking-driver``."""
    rule: Rule = import_module(f"{__name__}.{name.replace('-', '_')}").RULE
    return rule
