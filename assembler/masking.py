"""Mask the secrets of a profile that is about to be shown."""

from __future__ import annotations

from assembler.nodes import Entry, Mapping, Node, Scalar, Sequence, is_reference
from assembler.secrets import MASK, is_secret_key, mask_url
from assembler.template import MalformedTemplate, Variable, parse_template

__all__ = ["mask_node", "mask_profile"]


def mask_profile(root: Mapping) -> Mapping:
    """Give a profile with every secret in it masked."""
    masked = mask_node(root)
    assert isinstance(masked, Mapping)
    return masked


def mask_node(node: Node, *, key: str | None = None) -> Node:
    """Give ``node`` with every secret replaced: what a secret-looking key or variable holds, URL passwords."""
    if isinstance(node, Sequence):
        items = [mask_node(item, key=key) for item in node.items]
        return Sequence(node.path, node.start, node.end, items)
    if isinstance(node, Mapping):
        # What a reference names is no secret: `{$file: …}` shows the path, never the text.
        below = None if is_reference(node) else key
        entries = {
            name: Entry(
                entry.key, mask_node(entry.value, key=name if is_secret_key(name) else below)
            )
            for name, entry in node.entries.items()
        }
        return Mapping(node.path, node.start, node.end, entries)
    assert isinstance(node, Scalar)
    return _mask_scalar(node, key)


def _mask_scalar(scalar: Scalar, key: str | None) -> Scalar:
    is_secret = (key is not None and is_secret_key(key)) or _comes_from_secret(scalar)
    text = MASK if is_secret and scalar.text else mask_url(scalar.text)
    if text == scalar.text:
        return scalar
    return Scalar(scalar.path, scalar.start, scalar.end, text, text, plain=scalar.plain)


def _comes_from_secret(scalar: Scalar) -> bool:
    """Tell whether a variable that looks like a secret's had a say in the text."""
    if scalar.written is None or scalar.written == scalar.text:
        return False
    try:
        template = parse_template(scalar.written)
    except MalformedTemplate:
        return False
    return any(isinstance(part, Variable) and is_secret_key(part.name) for part in template)
