"""Add routes of ours to an app, and never in the place of the app's own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator

from assembler.diagnostics.faults import StepFault

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask import Flask

__all__ = ["UrlPrefix", "check_routes_free"]


def _check_prefix(value: str) -> str:
    if re.fullmatch(r"(/[\w.~-]+)*", value) is None:
        message = "expected a path that starts with a slash and ends without one, such as /health"
        raise ValueError(message)
    return value


UrlPrefix = Annotated[str, AfterValidator(_check_prefix)]


def check_routes_free(app: Flask, rules: Iterable[str], option: str) -> None:
    """Refuse ``rules`` that the app has: of two alike the first would answer, and ours be silent.

    Raises:
        StepFault: at ``option``, the one that moves our routes elsewhere.
    """
    known = {rule.rule for rule in app.url_map.iter_rules()}
    for rule in rules:
        if rule in known:
            message = f'the app has a route "{rule}" already'
            raise StepFault(message, hint=f"Choose another `{option}`.", option=(option,))
