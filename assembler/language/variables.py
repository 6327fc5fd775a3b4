"""List the variables that a profile reads, and find which of them gave a value."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from assembler.document.nodes import iter_scalars
from assembler.document.template import Variable, find_template, iter_variables
from assembler.secrets.known import MASK, is_secret_key
from assembler.secrets.text_secrets import mask_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from assembler.diagnostics.diagnostic import Place
    from assembler.document.nodes import MappingNode
    from assembler.document.template import Template

__all__ = ["ReadVariable", "find_givers", "list_variables"]


class ReadVariable(NamedTuple):
    """One `${…}` of a profile."""

    name: str
    default: str | None  # secrets masked; ``None``: it has none
    place: Place


def list_variables(root: MappingNode, masked: MappingNode) -> list[ReadVariable]:
    """Return every `${…}` of a composed profile, in order.

    Args:
        root: The profile before it is interpolated.
        masked: The same with its defaults filled in and its secrets masked.
    """
    secret = {one.place for one in iter_scalars(masked) if MASK in one.text}
    found = []
    for scalar in iter_scalars(root, needs_dollar=True):
        for one in iter_variables(find_template(scalar.text)):
            default = None
            if one.operator.endswith("-"):
                begin = one.start + len("${") + len(one.name) + len(one.operator)
                text = scalar.text[begin : one.end - 1]
                is_secret = scalar.place in secret or is_secret_key(one.name)
                default = MASK if is_secret and text else mask_text(text)
            found.append(ReadVariable(one.name, default, scalar.place))
    return found


def find_givers(written: str, env: Mapping[str, str]) -> list[tuple[str, bool]]:
    """Return the variables that decided a value, each with whether it is set.

    One that is not has given its default.
    """
    return list(_iter_givers(find_template(written), env))


def _iter_givers(template: Template, env: Mapping[str, str]) -> Iterator[tuple[str, bool]]:
    for part in template:
        if not isinstance(part, Variable):
            continue
        value = env.get(part.name)
        is_set = bool(value) if part.operator.startswith(":") else value is not None
        yield part.name, is_set
        if is_set is part.operator.endswith("+"):  # then its argument is the value
            yield from _iter_givers(part.argument, env)
