"""Check the paths of routes that assembler adds to an app."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator

from assembler.diagnostics.faults import StepFault

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask import Flask

__all__ = ["CONSOLE_PREFIX", "UrlPath", "UrlPrefix", "check_routes_free"]

CONSOLE_PREFIX = "/_assembler"  # `/console` is a path of Werkzeug's debugger


def _check_prefix(value: str) -> str:
    if re.fullmatch(r"(/[\w.~-]+)*", value) is None:
        message = "expected a path that starts with a slash and ends without one, such as /health"
        raise ValueError(message)
    return value


def _check_path(value: str) -> str:
    if not value:
        message = "expected a path that starts with a slash, such as /metrics"
        raise ValueError(message)
    return _check_prefix(value)


UrlPath = Annotated[str, AfterValidator(_check_path)]
UrlPrefix = Annotated[str, AfterValidator(_check_prefix)]


def check_routes_free(app: Flask, rules: Iterable[str], option: str) -> None:
    """Reject ``rules`` that the app has already: of two alike only the first answers.

    Raises:
        StepFault: at ``option``, which moves our routes elsewhere.
    """
    known = {rule.rule for rule in app.url_map.iter_rules()}
    for rule in rules:
        if rule in known:
            message = f'the app already has a route "{rule}"'
            raise StepFault(message, hint=f"Choose another `{option}`.", option=(option,))
