"""Find the secrets of a profile, and mask them before it is shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from assembler.document.nodes import (
    STEP_LISTS,
    MappingNode,
    Node,
    ScalarNode,
    get_children,
    iter_steps,
    map_children,
)
from assembler.document.template import (
    find_template,
    is_single,
    iter_variables,
)
from assembler.secrets.known import MASK, is_secret_key
from assembler.secrets.text_secrets import find_value_secrets, mask_text

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["iter_profile_secrets", "iter_secrets", "mask_node", "mask_profile", "mask_written"]

# By the list that a step is in and what it uses, the names of options.
SecretOptions = Callable[[str, str], frozenset[str]]
NONE: frozenset[int] = frozenset()
SECRET = "secret"  # noqa: S105 - a key that is one, for what stands under another

# What follows them names something, and is no secret itself: `{$file: …}` shows the path.
NAMING = frozenset({"$import", "$step", "$config", "$app", "$argument", "$file", "$call"})


def mask_profile(root: MappingNode, secret_options: SecretOptions) -> MappingNode:
    """Return a profile with every secret in it masked.

    Args:
        root: The profile.
        secret_options: Returns the names of a catalogue step's secret options.
    """
    masked = mask_node(root, secrets=_find_secret_options(root, secret_options))
    assert isinstance(masked, MappingNode)
    return masked


def mask_node(node: Node, *, key: str | None = None, secrets: frozenset[int] = NONE) -> Node:
    """Mask every secret in ``node``: values of secret keys and variables, and passwords in URLs.

    Args:
        node: What is to be shown.
        key: The key above it.
        secrets: The `id` of nodes that are secrets whatever their key.
    """
    key = SECRET if id(node) in secrets else key
    if isinstance(node, ScalarNode):
        return _mask_scalar(node, key)
    return map_children(
        node,
        lambda part, child: mask_node(child, key=_choose_key(part, key), secrets=secrets),
    )


def iter_profile_secrets(root: MappingNode, secret_options: SecretOptions) -> Iterator[str]:
    """Yield every secret in a profile: what `mask_profile` would mask."""
    return iter_secrets(root, secrets=_find_secret_options(root, secret_options))


def iter_secrets(
    node: Node, *, key: str | None = None, secrets: frozenset[int] = NONE
) -> Iterator[str]:
    """Yield every secret in ``node``: what `mask_node` would mask, and nothing around it."""
    key = SECRET if id(node) in secrets else key
    if isinstance(node, ScalarNode) and not _is_word(node):
        yield from find_value_secrets(node.text)
        if _is_secret(node, key):
            yield node.text
    for part, child in get_children(node):
        yield from iter_secrets(child, key=_choose_key(part, key), secrets=secrets)


def mask_written(text: str) -> str:
    """Return ``text`` as written, with the defaults of secret variables masked."""
    spans = [
        (found.start, f"${{{found.name}{found.operator}{MASK}}}", found.end)
        for found in iter_variables(find_template(text))
        # What follows a `?` is a message.
        if found.argument and not found.operator.endswith("?") and is_secret_key(found.name)
    ]
    parts, done = [], 0
    for start, masked, end in spans:
        if start >= done:  # else it stands inside of one that is masked already
            parts += [text[done:start], masked]
            done = end
    return mask_text("".join([*parts, text[done:]]))


def _choose_key(part: str | int, key: str | None) -> str | None:
    if part in NAMING:
        return None
    return part if isinstance(part, str) and is_secret_key(part) else key


def _find_secret_options(root: MappingNode, secret_options: SecretOptions) -> frozenset[int]:
    found: set[int] = set()
    for key in STEP_LISTS:
        for step in iter_steps(root, (key,)):
            if not isinstance(step, MappingNode):
                continue
            use, options = step.get("use"), step.get("with")
            if isinstance(use, ScalarNode) and isinstance(options, MappingNode):
                found.update(id(options.get(name)) for name in secret_options(key, use.text))
    return frozenset(found)


def _mask_scalar(scalar: ScalarNode, key: str | None) -> ScalarNode:
    is_secret = _is_secret(scalar, key) and not _is_word(scalar)
    if scalar.written is None and "${" in scalar.text and (is_single(scalar.text) or not is_secret):
        text = mask_written(scalar.text)  # it is not filled in: a variable's name is no secret
    else:
        text = MASK if is_secret and scalar.text else mask_text(scalar.text)
    if text == scalar.text:
        return scalar
    return replace(scalar, text=text, value=text, written=None, unknown=False)


def _is_secret(scalar: ScalarNode, key: str | None) -> bool:
    return (key is not None and is_secret_key(key)) or _comes_from_secret(scalar)


def _is_word(scalar: ScalarNode) -> bool:
    """Return whether it is null or a boolean, which reveals nothing."""
    return scalar.value is None or isinstance(scalar.value, bool)


def _comes_from_secret(scalar: ScalarNode) -> bool:
    """Return whether a variable with a secret name is part of the text."""
    if scalar.written is None or scalar.written == scalar.text:
        return False
    return any(is_secret_key(found.name) for found in iter_variables(find_template(scalar.written)))
