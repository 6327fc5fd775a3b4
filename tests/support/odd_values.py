"""Values, as YAML writes them, that a profile seldom has: each has been a trap to somebody."""

from __future__ import annotations

__all__ = ["ODD_VALUES"]

ODD_VALUES = [
    "", "null", "true", "no", "0", "-1", "1.5", ".nan", ".inf", "99999999999999999999999", "[]",
    "{}", "[[]]", "[null]", "{a: 1}", "{$unset: true}", "{$unset: false}", "[{$unset: true}]",
    "{$import: 'a:b'}", "{$import: 'a b'}", "{$import: [1]}", "{$config: A}", "{$what: A}",
    "{$step: database}", "{$file: x}", "{$call: 'a:b', args: 1}", "{$format: '{'}",
    "'${SHOP_PORT}'", "'${NOT_SET}'", "'${SHOP_EMPTY}'", "'${'", "'$${X}'", "'$$'", "database",
    "'a:b'", "'a.b:'", "'a..b'", "'\\0'", '"\\0"', '"a\\nb"', '"\\e[31m"', "' '", "🛒",
    "profile.yaml", "bases", "'..'", "1:30", "2024-13-45", "0755", "{'': 1}", "{$: 1}",
    "{use: logging}", "[{use: 1}]", "[{name: 1}]", "[{use: logging, with: []}]", "&a [*a]",
    "!!int x", "<<", "*nobody", "[1, [2, [3, {a: {b: [c]}}]]]",
]  # fmt: skip
