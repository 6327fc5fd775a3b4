"""Find the strings of a profile that are secrets by their keys, as its file has them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from assembler.document.nodes import (
    MappingNode,
    ScalarNode,
    get_children,
    is_reference,
    iter_steps,
)
from assembler.planning.step_forms import find_form, list_secret_options
from assembler.secrets.known import is_secret_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.document.nodes import Node

__all__ = [
    "PLACEHOLDER",
    "REFUSED_KEYS",
    "SecretText",
    "choose_secret_key",
    "iter_secret_texts",
    "refuses_weak_keys",
]

LISTS = {"config": "config", "extensions": "extension"}  # with the kind of their steps
# What the step `secret_key` reads: of config, and of its own options.
REFUSED_KEYS = frozenset({"SECRET_KEY", "SECRET_KEY_FALLBACKS", "key", "fallbacks"})
# Their values name something, and are not secrets themselves.
NAMING = frozenset({"$import", "$step", "$config", "$app", "$file", "$call", "$unset"})
# The last word of a key that only describes a secret, in addition to `is_secret_key`.
ABOUT = re.compile(
    r"(?:audience|backend|check|checker|context|cookie|form|format|func|function|generator|hash"
    r"|hasher|issuer|label|manager|message|policy|provider|recipient|salt_length|scheme|scope"
    r"|sender|service|storage|store|subject|template|text|title|validator|verifier|view)s?$",
    re.IGNORECASE,
)
PLACEHOLDER = re.compile(r"\{[^{}]*\}")  # of a `$format`


class SecretText(NamedTuple):
    """A string of a profile, and the key above it if that looks like a secret's."""

    scalar: ScalarNode
    key: str | None
    is_file: bool = False  # of `{file: …}`, which is meant as `{$file: …}`


def iter_secret_texts(root: MappingNode) -> Iterator[SecretText]:
    """Yield every string in the options of the app, the server and the steps."""
    for part in ("app", "server"):
        node = root.get(part)
        if isinstance(node, MappingNode):
            yield from _iter_options(node, frozenset())
    for key, kind in LISTS.items():
        for step in iter_steps(root, (key,)):
            if isinstance(step, MappingNode):
                yield from _iter_options(step, _find_secret_options(kind, step.get("use")))


def refuses_weak_keys(root: MappingNode) -> bool:
    """Return whether the file has the step that refuses a weak key when the app is made."""
    for step in iter_steps(root, LISTS):
        use = step.get("use") if isinstance(step, MappingNode) else step
        if isinstance(use, ScalarNode) and use.text == "secret_key":
            return True
    return False


def _find_secret_options(kind: str, use: Node | None) -> frozenset[str]:
    form = find_form(kind, use.text) if isinstance(use, ScalarNode) else None
    return (
        frozenset() if form is None or form.options is None else list_secret_options(form.options)
    )


def _iter_options(part: MappingNode, secrets: frozenset[str]) -> Iterator[SecretText]:
    for key in ("with", "init"):
        options = part.get(key)
        if isinstance(options, MappingNode) and not is_reference(options):
            for name, entry in options.entries.items():
                value = entry.value
                if name in secrets and isinstance(value, MappingNode) and not is_reference(value):
                    continue  # it takes none, which is reported
                yield from _walk(
                    entry.value, name if name in secrets else choose_secret_key(name, None)
                )


def choose_secret_key(name: str, above: str | None) -> str | None:
    """Return the key that makes what is below ``name`` a secret, if one does."""
    if is_secret_key(name):
        return None if ABOUT.search(name) else name
    return above


def _walk(node: Node, key: str | None) -> Iterator[SecretText]:
    if isinstance(node, ScalarNode) and isinstance(node.value, str) and node.text:
        yield SecretText(node, key)
    is_call = is_reference(node)
    for part, child in get_children(node):
        if part == "file" and isinstance(child, ScalarNode) and isinstance(child.value, str):
            yield SecretText(child, key, is_file=True)
        elif not is_call:
            yield from _walk(child, choose_secret_key(part, key) if isinstance(part, str) else key)
        elif part == "$format":
            yield from _walk_format(child, key)
        elif part == "default":
            yield from _walk(child, key)
        elif part not in NAMING:  # arguments, which are often names: only their own keys count
            yield from _walk(child, None)


def _walk_format(node: Node, key: str | None) -> Iterator[SecretText]:
    """Yield what is written of a `$format`, unless it has nothing but placeholders in it."""
    if isinstance(node, ScalarNode) and re.search(r"\w", PLACEHOLDER.sub("", node.text)):
        yield from _walk(node, key)
