"""Check the form of `$…` mappings, and that they are allowed where they are; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics import codes
from assembler.diagnostics.faults import StepFault
from assembler.diagnostics.suggestion import render_suggestion
from assembler.document.nodes import (
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    is_reference,
    is_reference_key,
    iter_nodes,
)
from assembler.language.validation import describe_node
from assembler.references.reference import parse_reference

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from assembler.diagnostics.diagnostic import Collector, Diagnostic
    from assembler.document.nodes import Entry

__all__ = [
    "IN_APP",
    "IN_CONFIG",
    "IN_EXTENSIONS",
    "IN_PATCHES",
    "IN_SERVER",
    "NAMES_OBJECT",
    "REFERENCES",
    "build_fault_diagnostics",
    "check_references",
    "find_reference_faults",
    "get_reference",
    "iter_references",
    "parse_format",
]

IN_PATCHES: frozenset[str] = frozenset()
IN_SERVER = frozenset({"$import", "$file"})
IN_APP = frozenset({"$import", "$file", "$call", "$format", "$argument"})
IN_CONFIG = IN_APP | {"$config", "$app"}
IN_EXTENSIONS = IN_CONFIG | {"$step"}

COMPANIONS: dict[str, dict[str, type[Node]]] = {
    "$call": {"args": SequenceNode, "with": MappingNode},
    "$format": {"with": MappingNode},
    "$argument": {"default": Node},
    "$config": {"default": Node},
}
KINDS: dict[type[Node], str] = {SequenceNode: "a list", MappingNode: "a mapping"}
NAMES_OBJECT = frozenset({"$import", "$call"})
# Every reference, with what to write after it.
REFERENCES = {
    "$import": '"module:attribute"',
    "$step": "name",
    "$config": "KEY",
    "$app": "attribute.path",
    "$argument": "name",
    "$file": "path",
    "$call": '"module:callable"',
    "$format": '"text with {name}"',
}


def iter_references(node: Node) -> Iterable[MappingNode]:
    """Yield every ``$…`` mapping at and below ``node``."""
    if not node.has_dollar:
        return ()
    return filter(is_reference, iter_nodes(node, skipped=REFERENCES, needs_dollar=True))


def check_references(options: MappingNode, allowed: frozenset[str], found: Collector) -> None:
    """Check the form of every ``$…`` mapping in ``options``, and that it is allowed there; pure."""
    for reference in iter_references(options):
        if reference is not options:
            _check_reference(reference, allowed, found)
            continue
        key, entry = get_reference(reference)
        found.add(
            codes.REFERENCE_NOT_HERE.at(
                entry.key.place,
                f"{key} cannot replace all options at once",
                hint="Write the options by their names, and references for their values.",
            )
        )


def get_reference(node: MappingNode) -> tuple[str, Entry]:
    """Return the ``$…`` key of ``node``, the first if it has several, with its entry."""
    return next((key, entry) for key, entry in node.entries.items() if is_reference_key(key))


def find_reference_faults(text: str, node: Node) -> list[Diagnostic]:
    """Report, at ``node``, a malformed object reference; pure."""
    return _find_faults(lambda: parse_reference(text), node)


def parse_format(text: str, known: Iterable[str]) -> list[tuple[str, str | None]]:
    """Return each literal of ``text`` with the name in braces behind it, one of ``known``.

    Attributes, indexes and specifications are rejected: through them a format could read anything
    that an object leads to.

    Raises:
        StepFault: at the first that is not.
    """
    from string import Formatter  # noqa: PLC0415 - only where a format is used

    try:
        parts = list(Formatter().parse(text))
    except ValueError as error:
        message = f"the format is broken: {error}"
        hint = "Write `{name}` for a value, and `{{` and `}}` for braces."
        raise StepFault(message, hint=hint, code=codes.FORMAT_FAILED) from error
    for _, name, specification, conversion in parts:
        if name is None:
            continue
        if not name.isidentifier() or specification or conversion:
            message = f'"{{{name}}}" is not a plain name in braces'
            raise StepFault(message, hint="Write `{name}`.", code=codes.FORMAT_FAILED)
        if name not in known:
            message = f'the format names "{name}", which `with` does not set'
            remedy = render_suggestion(name, known, f"Add `{name}` to `with`.")
            raise StepFault(message, hint=remedy, code=codes.FORMAT_FAILED)
    return [(literal, name) for literal, name, _, _ in parts]


def _find_faults(check: Callable[[], object], node: Node) -> list[Diagnostic]:
    try:
        check()
    except StepFault as fault:
        return build_fault_diagnostics(fault, node)
    return []


def build_fault_diagnostics(fault: StepFault, node: Node) -> list[Diagnostic]:
    """Place a fault of a reference at ``node``."""
    return [
        (one.code or codes.STEP_FAILED).at(
            node.place, one.message, hint=one.hint, related=one.related
        )
        for one in (fault, *fault.more)
    ]


def _check_reference(node: MappingNode, allowed: frozenset[str], found: Collector) -> None:
    key, entry = get_reference(node)
    if key not in REFERENCES:
        hint = render_suggestion(key, REFERENCES, f"Use one of {', '.join(REFERENCES)}.")
        found.add(
            codes.BAD_REFERENCE_MAPPING.at(entry.key.place, f'unknown reference "{key}"', hint=hint)
        )
    elif key not in allowed:
        usable = (
            f"Use one of {', '.join(sorted(allowed))}." if allowed else "Write the value itself."
        )
        found.add(
            codes.REFERENCE_NOT_HERE.at(entry.key.place, f"{key} is not allowed here", hint=usable)
        )
    else:
        found.add(*_iter_form_faults(node, key, entry.value))


def _iter_form_faults(node: MappingNode, key: str, value: Node) -> Iterator[Diagnostic]:
    bad = codes.BAD_REFERENCE_MAPPING
    companions = COMPANIONS.get(key, {})
    for other, companion in node.entries.items():
        if other != key and other not in companions:
            names = " and ".join(f"`{name}`" for name in companions)
            takes = f"Write only {names} beside {key}." if companions else f"Remove `{other}`."
            message = f'"{other}" is not allowed with {key}'
            yield bad.at(companion.key.place, message, hint=takes)
        elif other != key and not isinstance(companion.value, companions[other]):
            kind = KINDS[companions[other]]
            message = f"expected {kind}, got {describe_node(companion.value)}"
            yield bad.at(companion.value.place, message, hint=f"Write `{other}` as {kind}.")
    if not isinstance(value, ScalarNode) or not isinstance(value.value, str) or not value.text:
        message = f"expected a string after {key}, got {describe_node(value)}"
        yield bad.at(value.place, message, hint=f"Write `{{{key}: {REFERENCES[key]}}}`.")
    elif key in NAMES_OBJECT and "${" not in value.text:
        yield from find_reference_faults(value.text, value)
    elif key == "$format" and not value.unknown:
        options = node.get("with")
        known = options.entries if isinstance(options, MappingNode) else {}
        yield from _find_faults(lambda: parse_format(value.text, known), value)
