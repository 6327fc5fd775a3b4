"""Find the secrets of a profile, and mask them where it is about to be shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.nodes import Entry, Mapping, Node, Scalar, Sequence, is_reference
from assembler.secrets import MASK, find_url_passwords, is_secret_key, mask_url
from assembler.template import (
    MalformedTemplate,
    Variable,
    is_single,
    iter_variables,
    parse_template,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["iter_secrets", "mask_node", "mask_profile", "mask_written"]

# What follows them names something, and is no secret itself: `{$file: …}` shows the path.
NAMING = frozenset({"$import", "$step", "$config", "$app", "$file", "$call", "$unset"})


def mask_profile(root: Mapping) -> Mapping:
    """Give a profile with every secret in it masked."""
    masked = mask_node(root)
    assert isinstance(masked, Mapping)
    return masked


def mask_node(node: Node, *, key: str | None = None) -> Node:
    """Replace every secret in ``node``: under a secret's key, of its variable, in a URL."""
    if isinstance(node, Sequence):
        items = [mask_node(item, key=key) for item in node.items]
        return Sequence(node.path, node.start, node.end, items)
    if isinstance(node, Mapping):
        names = NAMING if is_reference(node) else frozenset()
        entries = {
            name: Entry(entry.key, mask_node(entry.value, key=_choose_key(name, key, names)))
            for name, entry in node.entries.items()
        }
        return Mapping(node.path, node.start, node.end, entries)
    assert isinstance(node, Scalar)
    return _mask_scalar(node, key)


def iter_secrets(node: Node, *, key: str | None = None) -> Iterator[str]:
    """Give every secret text in ``node``: what `mask_node` would mask, and nothing around it."""
    if isinstance(node, Sequence):
        for item in node.items:
            yield from iter_secrets(item, key=key)
    elif isinstance(node, Mapping):
        names = NAMING if is_reference(node) else frozenset()
        for name, entry in node.entries.items():
            yield from iter_secrets(entry.value, key=_choose_key(name, key, names))
    elif isinstance(node, Scalar) and node.value is not None and not isinstance(node.value, bool):
        is_secret = key is not None and is_secret_key(key)
        yield from find_url_passwords(node.text)
        if is_secret or _comes_from_secret(node):
            yield node.text


def mask_written(text: str) -> str:
    """Give ``text`` as it is written, but without what stands in for a secret's variable in it."""
    spans = [
        (found.start, f"${{{found.name}{found.operator}{MASK}}}", found.end)
        for found in _find_variables(text)
        if found.argument and is_secret_key(found.name)
    ]
    parts, done = [], 0
    for start, masked, end in spans:
        if start >= done:  # else it stands inside of one that is masked already
            parts += [text[done:start], masked]
            done = end
    return mask_url("".join([*parts, text[done:]]))


def _choose_key(name: str, key: str | None, names: frozenset[str]) -> str | None:
    if name in names:
        return None
    return name if is_secret_key(name) else key


def _mask_scalar(scalar: Scalar, key: str | None) -> Scalar:
    is_secret = (key is not None and is_secret_key(key)) or _comes_from_secret(scalar)
    if scalar.written is None and "${" in scalar.text and (is_single(scalar.text) or not is_secret):
        text = mask_written(scalar.text)  # it is not filled in: a variable's name is no secret
    else:
        text = MASK if is_secret and scalar.text else mask_url(scalar.text)
    if text == scalar.text:
        return scalar
    return Scalar(scalar.path, scalar.start, scalar.end, text, text, plain=scalar.plain)


def _comes_from_secret(scalar: Scalar) -> bool:
    """Tell whether a variable that looks like a secret's had a say in the text."""
    if scalar.written is None or scalar.written == scalar.text:
        return False
    return any(is_secret_key(found.name) for found in _find_variables(scalar.written))


def _find_variables(text: str) -> list[Variable]:
    try:
        return list(iter_variables(parse_template(text)))
    except MalformedTemplate:
        return []
