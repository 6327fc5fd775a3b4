"""Build apps in a process of its own, describe each, ask each, and print all of it as JSON.

Standard input is a list of orders, carried out one after the other in the same process::

    {"factory": "shop:create_app", "args": [], "with": {},   or "profile": "shop.yaml", "config": …
     "env": {"SHOP_TITLE": "x"}, "conversation": [{"request": "GET /"}]}

A value ``{"$import": "module:attribute"}`` is that object. Only a profile imports assembler.
"""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any

from tests.support.answers import ask, find_object
from tests.support.processes import ROOT, run_cli
from tests.support.sameness import describe_app

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from flask import Flask

    Order = Mapping[str, Any]

__all__ = ["build_elsewhere"]


def build_elsewhere(
    orders: Sequence[Order], folder: Path, *, modules: Path | None = None
) -> list[dict[str, Any]]:
    """Carry the orders out in a new process, warnings as errors.

    Args:
        orders: Which apps to build, and what to ask them.
        folder: Where the process works; it finds the modules there.
        modules: Where it finds others.

    Returns:
        For each order its ``description``, its ``parts`` as the ledger has them, its ``answers``
        and its ``report`` (``None`` for a factory).
    """
    profiles = list(dict.fromkeys(order["profile"] for order in orders if "profile" in order))
    kind = "profile" if profiles else "factory"
    args = ["-W", "error", "-m", "tests.support.building", kind, *profiles]
    env = {
        # Werkzeug lists a rule's methods in the order of a set, which is another in each process.
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": os.pathsep.join(str(path) for path in (ROOT, modules) if path is not None),
    }
    done = run_cli(args, folder, env, stdin=json.dumps(orders))
    assert done.returncode == 0, done.stderr
    built: list[dict[str, Any]] = json.loads(done.stdout)
    return built


def _carry_out(order: Order) -> dict[str, Any]:
    before = dict(os.environ)
    os.environ.update(order.get("env", {}))
    try:
        app = _build(order)
        description = describe_app(app)
        report = app.extensions.get("assembler")
        return {
            "description": description,
            "parts": find_parts(app),
            "answers": ask(app, order.get("conversation", [])),
            "report": None if report is None else report.to_dict(),
        }
    finally:
        for name in set(os.environ) - set(before):
            del os.environ[name]
        os.environ.update(before)


def find_parts(app: Flask) -> dict[str, list[str]]:
    """Return what the ledger sees of a finished app; the parts of one key are in order."""
    from assembler.ledger.spelling import list_parts  # noqa: PLC0415 - once the app is built
    from assembler.secrets.fingerprints import Fingerprints  # noqa: PLC0415 - as above

    found: dict[str, list[str]] = {}
    for kind, key, _, digest in list_parts(app, Fingerprints(b"of both sides")):
        found.setdefault(f"{kind} {key}", []).append(digest)
    return found


def _build(order: Order) -> Flask:
    app: Flask
    if "factory" in order:
        options = {key: _import(value) for key, value in order.get("with", {}).items()}
        args = [_import(value) for value in order.get("args", [])]
        app = find_object(order["factory"])(*args, **options)
    else:
        from assembler import create_app  # noqa: PLC0415 - a factory's process goes without

        config, arguments = _import(order.get("config")), order.get("arguments")
        app = create_app(order["profile"], config=config, arguments=arguments)
    return app


def _import(value: Any) -> Any:  # noqa: ANN401 - any JSON
    is_reference = isinstance(value, dict) and set(value) == {"$import"}
    return find_object(value["$import"]) if is_reference else value


if __name__ == "__main__":
    json.dump([_carry_out(order) for order in json.load(sys.stdin)], sys.stdout)
