"""Resolve the values of a step's options, references included, when the step is reached."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import ProfileError
from assembler.diagnostics.failures import describe_failure
from assembler.diagnostics.faults import StepFault
from assembler.diagnostics.suggestion import render_naming, render_suggestion
from assembler.document.nodes import MappingNode, Node, ScalarNode, SequenceNode, is_reference
from assembler.files import LIMIT_BYTES, read_file
from assembler.language.config_path import MISSING, iter_paths, look_up
from assembler.policy import Use
from assembler.references.reference import check_public, resolve_reference
from assembler.references.reference_forms import (
    build_fault_diagnostics,
    get_reference,
    parse_format,
)
from assembler.references.signature import call_checked
from assembler.secrets.memory import iter_value_secrets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from flask import Flask

    from assembler.diagnostics.diagnostic import Code
    from assembler.policy import Policy
    from assembler.secrets.memory import Secrets

__all__ = [
    "Scope",
    "build_app_fault",
    "build_step_fault",
    "build_uncallable_fault",
    "resolve_options",
    "resolve_value",
]

ITSELF = "."  # after `$app`: the app
HAVE_DEFAULT = frozenset(
    {codes.ARGUMENT_MISSING, codes.CONFIG_KEY_MISSING}
)  # what a `default` stands in for


@dataclass(slots=True, eq=False, repr=False)
class Scope:
    """What references may reach; it grows while steps are carried out."""

    policy: Policy
    get_folder: Callable[[Node], Path]
    secrets: Secrets
    app: Flask | None = None
    arguments: Mapping[str, object] = field(default_factory=dict)  # what the caller passed
    produced: dict[str, object] = field(default_factory=dict)  # by step name
    skipped: dict[str, str] = field(default_factory=dict)  # the reason, by step name


def resolve_options(options: MappingNode, scope: Scope, *, as_text: bool = False) -> dict[str, Any]:
    """Return the options of one step as Python values, each as by `resolve_value`.

    Raises:
        ProfileError: at the reference that cannot be resolved.
    """
    entries = options.entries.items()
    return {key: resolve_value(one.value, scope, as_text=as_text) for key, one in entries}


def resolve_value(node: Node, scope: Scope, *, as_text: bool = False) -> Any:  # noqa: ANN401 - YAML and references hold anything
    """Return the value of ``node``, with every ``$…`` mapping in it replaced by what it names.

    Imports modules, reads files and calls what ``$call`` names. With ``as_text`` an interpolated
    scalar stays text, for options whose types are known.

    Raises:
        ProfileError: at the reference that cannot be resolved.
    """
    if isinstance(node, ScalarNode):
        return node.for_schema() if as_text else node.value
    if isinstance(node, SequenceNode):
        return [resolve_value(item, scope, as_text=as_text) for item in node.items]
    assert isinstance(node, MappingNode)
    if not is_reference(node):
        return resolve_options(node, scope, as_text=as_text)
    key, entry = get_reference(node)
    try:
        return RESOLVERS[key](node, entry.value, scope)
    except StepFault as fault:
        default = node.get("default")
        if fault.code in HAVE_DEFAULT and default is not None:
            return resolve_value(default, scope, as_text=as_text)
        raise ProfileError(build_fault_diagnostics(fault, entry.value)) from fault


def _text(node: Node) -> str:
    assert isinstance(node, ScalarNode)
    return node.text


def _resolve_import(node: MappingNode, value: Node, scope: Scope) -> object:  # noqa: ARG001 - the form of a resolver
    return resolve_reference(_text(value), scope.policy)


def _resolve_step(node: MappingNode, value: Node, scope: Scope) -> object:  # noqa: ARG001 - the form of a resolver
    name = _text(value)
    if name in scope.produced:
        return scope.produced[name]
    raise build_step_fault(name, scope.produced, scope.skipped)


def build_step_fault(
    name: str,
    known: Iterable[str],
    skipped: Mapping[str, str | None],
    uses: Mapping[str, str | None] | None = None,
) -> StepFault:
    """Describe why ``{$step: name}`` has no value.

    Args:
        name: What the reference names.
        known: The steps before it.
        skipped: The reason, by the name of a skipped step.
        uses: What the steps before it use, by their names, where that is known.
    """
    if name in skipped:
        message = f"the step '{name}' was skipped: {skipped[name]}"
        hint = "Give this step the same `when`."
        return StepFault(message, hint=hint, code=codes.STEP_WAS_SKIPPED)
    otherwise = "Name a step that comes before this one."
    return StepFault(
        f"no earlier extension step is called '{name}'",
        hint=render_naming(name, uses or {}) or render_suggestion(name, known, otherwise),
        code=codes.UNKNOWN_STEP,
    )


def build_uncallable_fault(text: str) -> StepFault:
    """Describe a reference to what should be called, and cannot."""
    message = f'"{text}" cannot be called'
    hint = "Name a function, a class, or another callable."
    return StepFault(message, hint=hint, code=codes.CALL_FAILED)


def _resolve_config(node: MappingNode, value: Node, scope: Scope) -> object:  # noqa: ARG001 - the form of a resolver
    key = _text(value)
    assert scope.app is not None
    found = look_up(scope.app.config, key)
    if found is not MISSING:
        return found
    known = [path for path, _ in iter_paths(scope.app.config)]
    raise StepFault(
        f'config has no key "{key}"',
        hint=render_suggestion(key, known, "Set it in a config source."),
        code=codes.CONFIG_KEY_MISSING,
    )


def _resolve_argument(node: MappingNode, value: Node, scope: Scope) -> object:  # noqa: ARG001 - the form of a resolver
    name = _text(value)
    if name in scope.arguments:
        scope.secrets.add(*iter_value_secrets({name: scope.arguments[name]}))
        return scope.arguments[name]
    otherwise = f'Pass `arguments={{"{name}": …}}` to `create_app`, or write a `default`.'
    raise StepFault(
        f'the caller passed no argument "{name}"',
        hint=render_suggestion(name, scope.arguments, otherwise),
        code=codes.ARGUMENT_MISSING,
    )


def _resolve_app(node: MappingNode, value: Node, scope: Scope) -> object:  # noqa: ARG001 - the form of a resolver
    target: object = scope.app
    if _text(value) == ITSELF:
        return target
    check_public(_text(value).split("."), scope.policy, _text(value))
    for part in _text(value).split("."):
        if not hasattr(target, part):
            public = [name for name in dir(target) if not name.startswith("_")]
            raise build_app_fault(_text(value), part, public)
        target = getattr(target, part)
    return target


def build_app_fault(path: str, part: str, known: Iterable[str]) -> StepFault:
    """Describe why ``{$app: path}`` has no value: ``part`` is none of ``known``."""
    first, _, key = path.partition(".")
    otherwise = "Name an attribute of the Flask object."
    if first == "config" and key:
        otherwise = f"Write `{{$config: {key}}}` for a value of the config."
    return StepFault(
        f'the app has no attribute "{path}"',
        hint=render_suggestion(part, known, otherwise),
        code=codes.APP_ATTRIBUTE_MISSING,
    )


def _resolve_file(node: MappingNode, value: Node, scope: Scope) -> str:  # noqa: ARG001 - the form of a resolver
    file = scope.get_folder(value) / _text(value)
    refusal = scope.policy.find_refusal(file, Use.SECRET, shown=_text(value))
    if refusal is not None:
        raise refusal
    try:
        text = read_file(file).decode("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = (getattr(error, "strerror", None) or "it is not UTF-8").lower()
        raise StepFault(
            f'the file "{_text(value)}" cannot be read: {reason}',
            hint="Name a UTF-8 file of at most 1 MiB that this user may read, relative to this "
            "profile's file.",
            code=codes.VALUE_FILE_UNREADABLE,
        ) from error
    scope.secrets.add(text)
    return text


def _resolve_call(node: MappingNode, value: Node, scope: Scope) -> object:
    target = resolve_reference(_text(value), scope.policy)
    if not callable(target):
        raise build_uncallable_fault(_text(value))
    args, options = node.get("args"), node.get("with")
    values = (
        [resolve_value(item, scope) for item in args.items]
        if isinstance(args, SequenceNode)
        else []
    )
    keywords = resolve_options(options, scope) if isinstance(options, MappingNode) else {}
    return _call(
        lambda: call_checked(target, *values, options=keywords),
        f'calling "{_text(value)}"',
        codes.CALL_FAILED,
    )


def _resolve_format(node: MappingNode, value: Node, scope: Scope) -> object:
    options = node.get("with")
    keywords = resolve_options(options, scope) if isinstance(options, MappingNode) else {}
    pieces, left = list[str](), LIMIT_BYTES
    for literal, name in parse_format(_text(value), keywords):
        pieces += (literal, "" if name is None else format(keywords[name]))
        left -= sum(map(len, pieces[-2:]))
        if left < 0:
            message = f"the format makes more than the limit of {LIMIT_BYTES:,} characters"
            hint = "Put a string of that size into a file."
            raise StepFault(message, hint=hint, code=codes.FORMAT_FAILED)
    return "".join(pieces)


def _call(call: Callable[[], object], what: str, code: Code) -> object:
    try:
        return call()
    except (StepFault, ProfileError):
        raise
    except Exception as error:
        failure = describe_failure(error)
        raise StepFault(
            f"{what} failed: {failure.text}",
            hint="Fix it where it was raised.",
            code=code,
            related=failure.related,
        ) from error


RESOLVERS: dict[str, Callable[[MappingNode, Node, Scope], object]] = {
    "$import": _resolve_import,
    "$step": _resolve_step,
    "$config": _resolve_config,
    "$app": _resolve_app,
    "$argument": _resolve_argument,
    "$file": _resolve_file,
    "$call": _resolve_call,
    "$format": _resolve_format,
}
