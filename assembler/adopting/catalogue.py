"""Recognize the steps that the catalogue has."""

from __future__ import annotations

import ast
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from assembler.diagnostics.faults import StepFault
from assembler.modules.static_object import Kind
from assembler.steps.catalog import find_known_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assembler.adopting.actions import Action
    from assembler.modules.module_index import ModuleIndex

__all__ = ["use_catalogue"]


class Fit(NamedTuple):
    """How a library's class becomes a step of the catalogue."""

    name: str  # of the class
    own: str | None = None  # the option that takes the project's own object
    options: frozenset[str] = frozenset()  # of `init_app`, which the step calls the same


# By the step, whose library is known by the catalogue's own table.
FITS = {
    "babel": Fit("Babel", "babel", frozenset({"locale_selector", "timezone_selector"})),
    "compress": Fit("Compress"),
    "cors": Fit("CORS"),
    "database": Fit("SQLAlchemy", "db"),
    "login": Fit("LoginManager", "manager"),
    "migrate": Fit(
        "Migrate",
        None,
        frozenset({"command", "compare_type", "db", "directory", "render_as_batch"}),
    ),
    "proxy_fix": Fit(
        "ProxyFix", None, frozenset({"x_for", "x_host", "x_port", "x_prefix", "x_proto"})
    ),
}


def use_catalogue(index: ModuleIndex, action: Action) -> None:
    """Change a step to the catalogue's where it does the same, with the same options."""
    if action.kind != "extension" or action.use is None or ":" not in action.use:
        return
    found = _find_class(index, action.use)
    if found is None:
        return
    package, name, made = found
    for known in find_known_names((package, name)):
        fit = FITS.get(known)
        if fit is None or fit.name != name:
            continue
        options = _find_options(action, fit, made)
        if options is not None:
            action.use, action.adapter, action.options = known, None, options
            action.init = None
            return


def _find_class(index: ModuleIndex, use: str) -> tuple[str, str, ast.Call | None] | None:
    """Return the package and the name of a class, or of an object's, with the call that made it."""
    try:
        target = index.resolve(use)
    except StepFault:
        return None
    made = target.node if isinstance(target.node, ast.Call) else None
    kind = target.made_of if target.kind is Kind.INSTANCE else target
    if kind is None or kind.kind is not Kind.CLASS or (target.kind is Kind.INSTANCE and not made):
        return None
    package, _, rest = kind.name.partition(".")
    return package, rest.rpartition(".")[2], made


def _find_options(action: Action, fit: Fit, made: ast.Call | None) -> dict[str, Any] | None:
    """Return the step's options; ``None``: it does not do the same."""
    given = {**action.options, **(action.init or {})}
    if not fit.options.issuperset(given):
        return None
    if made is None:
        return given
    if fit.own is not None:
        return {fit.own: {"$import": action.use}, **given}
    set_before = _read_options(made)
    if fit.name != "Migrate" or set_before is None:
        return None
    return {**set_before, **given}


def _read_options(made: ast.Call) -> Mapping[str, Any] | None:
    """Return the constants that an object was made with; ``None``: it has others."""
    if made.args:
        return None
    options = {}
    for keyword in made.keywords:
        with suppress(ValueError):
            options[keyword.arg or ""] = ast.literal_eval(keyword.value)
    return options if len(options) == len(made.keywords) else None
