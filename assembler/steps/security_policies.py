"""Write a Content-Security-Policy and a Permissions-Policy as the header has them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["NONCE", "ContentPolicy", "Permissions", "render_content_policy", "render_permissions"]

# A browser ignores one that it does not know, without a word.
Directive = Literal[
    "base-uri",
    "child-src",
    "connect-src",
    "default-src",
    "fenced-frame-src",
    "font-src",
    "form-action",
    "frame-ancestors",
    "frame-src",
    "img-src",
    "manifest-src",
    "media-src",
    "object-src",
    "report-to",
    "report-uri",
    "require-trusted-types-for",
    "sandbox",
    "script-src",
    "script-src-attr",
    "script-src-elem",
    "style-src",
    "style-src-attr",
    "style-src-elem",
    "trusted-types",
    "upgrade-insecure-requests",
    "worker-src",
]
PLAIN = frozenset({"report-to", "report-uri", "sandbox"})  # what they hold has no quotes
QUOTED = re.compile(
    r"self|none|nonce|script|allow-duplicates|inline-speculation-rules|report-sample"
    r"|strict-dynamic|unsafe-eval|unsafe-hashes|unsafe-inline|wasm-unsafe-eval"
    r"|sha(?:256|384|512)-[\w+/=-]+"
)
NONCE = "'nonce'"  # stands for the one of the request


Written = bool | str | list[str]


def _check_sources(value: Written) -> Written:
    if isinstance(value, bool):
        return value
    sources = value.split() if isinstance(value, str) else value
    if any(re.fullmatch(r"[!-+\--:<-~]+", source) is None for source in sources):
        message = "expected sources without white space, semicolons and commas in them"
        raise ValueError(message)
    return sources


def _check_feature(value: str) -> str:
    if re.fullmatch(r"[a-z]+(-[a-z0-9]+)*", value) is None:
        message = "expected the name of a feature, such as geolocation"
        raise ValueError(message)
    return value


def _check_allowed(value: str | list[str]) -> list[str]:
    allowed = value.split() if isinstance(value, str) else value
    for one in allowed:
        if one not in {"self", "src", "*"} and re.fullmatch(r"https?://[\w.*:-]+", one) is None:
            message = 'expected self, src, "*" or an origin, such as https://shop.example.org'
            raise ValueError(message)
    return allowed


# Written as a string, they are separated by spaces.
ContentPolicy = dict[Directive, Annotated[Written, AfterValidator(_check_sources)]]
Permissions = dict[
    Annotated[str, AfterValidator(_check_feature)],
    Annotated[str | list[str], AfterValidator(_check_allowed)],
]


def render_content_policy(policy: Mapping[Directive, Any]) -> str:
    """Return the header's value, keywords in their quotes; `NONCE` is to be replaced."""
    directives = []
    for directive, sources in policy.items():
        if sources is not False:
            words = [] if sources is True else [_quote(directive, one) for one in sources]
            directives.append(" ".join([directive, *words]))
    return "; ".join(directives)


def _quote(directive: str, source: str) -> str:
    word = source.strip("'")
    return f"'{word}'" if directive not in PLAIN and QUOTED.fullmatch(word) else source


def render_permissions(permissions: Mapping[str, Any]) -> str:
    """Return the header's value; a feature with an empty list is for nobody."""
    return ", ".join(
        f"{feature}={'*' if '*' in allowed else _render_allowed(allowed)}"
        for feature, allowed in permissions.items()
    )


def _render_allowed(allowed: list[str]) -> str:
    words = [one if one in {"self", "src"} else f'"{one}"' for one in allowed]
    return f"({' '.join(words)})"
