"""Find the strings of a profile that are secrets by their keys, as its file has them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from assembler.document.nodes import (
    MappingNode,
    ScalarNode,
    SequenceNode,
    is_reference,
    iter_steps,
)
from assembler.planning.step_forms import find_form, list_secret_options
from assembler.secrets.known import is_secret_key

if TYPE_CHECKING:
    from assembler.document.nodes import Node

__all__ = [
    "PLACEHOLDER",
    "REFUSED_KEYS",
    "SecretText",
    "choose_secret_key",
    "find_secret_texts",
    "refuses_weak_keys",
]

LISTS = {"config": "config", "extensions": "extension"}  # with the kind of their steps
# What the step `secret_key` reads: of config, and of its own options.
REFUSED_KEYS = frozenset({"SECRET_KEY", "SECRET_KEY_FALLBACKS", "key", "fallbacks"})
# Their values name something, and are not secrets themselves.
NAMING = frozenset({"$import", "$step", "$config", "$app", "$file", "$call", "$unset"})
# The last word of a key that only describes a secret, in addition to `is_secret_key`.
ABOUT = (
    r"(?i)(?:audience|backend|check|checker|context|cookie|form|format|func|function|generator|hash"
    r"|hasher|issuer|label|manager|message|policy|provider|recipient|salt_length|scheme|scope"
    r"|sender|service|storage|store|subject|template|text|title|validator|verifier|view)s?$"
)
PLACEHOLDER = re.compile(r"\{[^{}]*\}")  # of a `$format`


class SecretText(NamedTuple):
    """A string of a profile, and the key above it if that looks like a secret's."""

    scalar: ScalarNode
    key: str | None
    is_file: bool = False  # of `{file: …}`, which is meant as `{$file: …}`


def find_secret_texts(root: MappingNode) -> list[SecretText]:
    """Return the strings in the options of the app, the server and the steps that may be secrets.

    Those are what is below the key of a secret, and everywhere URLs and strings with variables.
    """
    texts: list[SecretText] = []
    for part in ("app", "server", "worker"):
        _add_options(root.get(part), None, texts)
    for key, kind in LISTS.items():
        for step in iter_steps(root, (key,)):
            _add_options(step, kind, texts)
    return texts


def refuses_weak_keys(root: MappingNode) -> bool:
    """Return whether the file has the step that refuses a weak key when the app is made."""
    for step in iter_steps(root, LISTS):
        use = step.get("use") if isinstance(step, MappingNode) else step
        if isinstance(use, ScalarNode) and use.text == "secret_key":
            return True
    return False


def _add_options(part: Node | None, kind: str | None, texts: list[SecretText]) -> None:
    """Add the strings in the options of ``part``, which is a step if it has a ``kind``."""
    if not isinstance(part, MappingNode):
        return
    for key in ("with", "init"):
        options = part.get(key)
        if not isinstance(options, MappingNode) or is_reference(options):
            continue
        secrets = _find_secret_options(kind, part.get("use"))
        for name, (_, value) in options.entries.items():
            if name not in secrets:
                _add_texts(value, choose_secret_key(name, None), texts)
            elif not isinstance(value, MappingNode) or is_reference(value):
                _add_texts(value, name, texts)  # other mappings are reported: it takes none


def _find_secret_options(kind: str | None, use: Node | None) -> frozenset[str]:
    form = find_form(kind, use.text) if kind and isinstance(use, ScalarNode) else None
    return (
        frozenset() if form is None or form.options is None else list_secret_options(form.options)
    )


def choose_secret_key(name: str, above: str | None) -> str | None:
    """Return the key that makes what is below ``name`` a secret, if one does."""
    if is_secret_key(name):
        return None if re.search(ABOUT, name) else name
    return above


def _add_texts(node: Node, key: str | None, texts: list[SecretText]) -> None:
    if isinstance(node, ScalarNode):
        text = node.text
        is_told = key is not None or "://" in text or "${" in text
        if is_told and text and isinstance(node.value, str):
            texts.append(SecretText(node, key))
    elif isinstance(node, SequenceNode):
        for item in node.items:
            _add_texts(item, key, texts)
    elif isinstance(node, MappingNode):
        is_call = is_reference(node)
        for name, (_, value) in node.entries.items():
            _add_value(name, value, key, texts, is_call=is_call)


def _add_value(
    name: str, value: Node, key: str | None, texts: list[SecretText], *, is_call: bool
) -> None:
    """Add the strings of one entry of a mapping, which may be a `$…` one."""
    if name == "file" and isinstance(value, ScalarNode) and isinstance(value.value, str):
        texts.append(SecretText(value, key, is_file=True))
    elif not is_call:
        _add_texts(value, choose_secret_key(name, key), texts)
    elif name == "$format":
        # Nothing is written where it has nothing but placeholders in it.
        if isinstance(value, ScalarNode) and re.search(r"\w", PLACEHOLDER.sub("", value.text)):
            _add_texts(value, key, texts)
    elif name == "default":
        _add_texts(value, key, texts)
    elif name not in NAMING:  # arguments, which are often names: only their own keys count
        _add_texts(value, None, texts)
