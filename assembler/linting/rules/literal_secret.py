"""Find a secret written in a profile."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from assembler.diagnostics.codes import LITERAL_SECRET
from assembler.document.nodes import (
    MappingNode,
    ScalarNode,
    get_children,
    is_reference,
    iter_steps,
)
from assembler.document.template import Variable, find_template, iter_variables
from assembler.language.flags import parse_flag
from assembler.language.interpolation import find_part
from assembler.linting.rules.form import Rule
from assembler.planning.step_forms import find_secret_options
from assembler.references.reference import is_catalog_name
from assembler.secrets.known import is_secret_key
from assembler.secrets.text_secrets import find_url_passwords, iter_secret_bounds
from assembler.secrets.weak_secret import find_weakness

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic, Place
    from assembler.document.nodes import Node
    from assembler.linting.facts.lint_facts import FileFacts

__all__ = ["RULE"]

# A file without any of these, in lower case, has no secret: looked for before anything else.
SUSPICIOUS = re.compile(
    rb"(?:authorization|credential|dsn|fallback|key|pass|phrase|pw|salt|secret|token)[\w-]*[\"']?\s*:"
)
USER_OF_A_URL = re.compile(rb"://[^\s\"']*@")
LISTS = ("config", "extensions")
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
# `/reset`, `security/reset.html`, `shop.auth:Hasher`, `$NAME`: paths and names.
NAME_OR_PATH = re.compile(
    r"\$[A-Z][A-Z0-9_]+|/[a-z0-9_.<>:/-]*|[\w-]+(?:/[\w-]+)*\.(?:html|txt|j2|pem|key)|[a-z_]\w*(?:\.\w+)+:\w+"
)
PLACEHOLDER = re.compile(r"\{[^{}]*\}")  # of a `$format`
LOCAL_HOST = re.compile(r"@(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?:[:/?]|$)")
HINT = "Write `${NAME}` and set the variable, or `{$file: path}`; then change the secret."


class _Text(NamedTuple):
    """A string of a profile, and the key above it if that looks like a secret's."""

    scalar: ScalarNode
    key: str | None


def check_literal_secret(facts: FileFacts) -> Iterator[Diagnostic]:
    """Report every secret that is written in the file."""
    source = facts.source
    if not SUSPICIOUS.search(source.lower()) and not USER_OF_A_URL.search(source):
        return
    is_lenient = _is_for_developers(facts.root)
    refused = REFUSED_KEYS if _refuses_placeholders(facts.root) else frozenset()
    for text in _iter_texts(facts.root):
        yield from _check_text(text, is_lenient=is_lenient or text.key in refused)


def _is_for_developers(root: MappingNode) -> bool:
    role, debug = root.get("role"), root.get("debug")
    if isinstance(role, ScalarNode) and role.value == "test":
        return True
    try:
        return isinstance(debug, ScalarNode) and parse_flag(debug.value)
    except ValueError:
        return False


def _iter_texts(root: MappingNode) -> Iterator[_Text]:
    for part in ("app", "server"):
        node = root.get(part)
        if isinstance(node, MappingNode):
            yield from _iter_options(node, frozenset())
    for step in iter_steps(root, LISTS):
        if isinstance(step, MappingNode):
            use = step.get("use")
            secrets = _find_secret_options(use.text) if isinstance(use, ScalarNode) else frozenset()
            yield from _iter_options(step, secrets)


def _find_secret_options(use: str) -> frozenset[str]:
    return find_secret_options(use) if is_catalog_name(use) else frozenset()


def _refuses_placeholders(root: MappingNode) -> bool:
    """Return whether the file has the step that refuses a placeholder when the app is made."""
    for step in iter_steps(root, LISTS):
        use = step.get("use") if isinstance(step, MappingNode) else step
        if isinstance(use, ScalarNode) and use.text == "secret_key":
            return True
    return False


def _iter_options(part: MappingNode, secrets: frozenset[str]) -> Iterator[_Text]:
    for key in ("with", "init"):
        options = part.get(key)
        if isinstance(options, MappingNode) and not is_reference(options):
            for name, entry in options.entries.items():
                yield from _walk(entry.value, name if name in secrets else _choose_key(name, None))


def _choose_key(name: str, above: str | None) -> str | None:
    if is_secret_key(name):
        return None if ABOUT.search(name) else name
    return above


def _walk(node: Node, key: str | None) -> Iterator[_Text]:
    if isinstance(node, ScalarNode) and isinstance(node.value, str) and node.text:
        yield _Text(node, key)
    is_call = is_reference(node)
    for part, child in get_children(node):
        if not is_call:
            yield from _walk(child, _choose_key(part, key) if isinstance(part, str) else key)
        elif part == "$format":
            yield from _walk_format(child, key)
        elif part == "default":
            yield from _walk(child, key)
        elif part not in NAMING:  # arguments, which are often names: only their own keys count
            yield from _walk(child, None)


def _walk_format(node: Node, key: str | None) -> Iterator[_Text]:
    """Yield what is written of a `$format`, unless it has nothing but placeholders in it."""
    if isinstance(node, ScalarNode) and re.search(r"\w", PLACEHOLDER.sub("", node.text)):
        yield from _walk(node, key)


def _check_text(text: _Text, *, is_lenient: bool) -> Iterator[Diagnostic]:
    scalar, key = text
    if "${" in scalar.text:
        yield from _check_defaults(text, is_lenient=is_lenient)
    elif "://" in scalar.text:
        passwords = find_url_passwords(scalar.text)
        if any(_counts(one, is_lenient=is_lenient) for one in passwords):
            yield _report(_find_password(scalar), "the URL contains a password")
    elif (
        key is not None
        and not NAME_OR_PATH.fullmatch(scalar.text)
        and _counts(scalar.text, is_lenient=is_lenient)
    ):
        yield _report(scalar.place, f'the secret "{key}" is written in the profile')


def _counts(secret: str, *, is_lenient: bool) -> bool:
    is_written = bool(PLACEHOLDER.sub("", secret).strip())
    return is_written and not (is_lenient and find_weakness(secret))


def _check_defaults(text: _Text, *, is_lenient: bool) -> Iterator[Diagnostic]:
    """Report secrets in the defaults of variables, and around the variables of a URL."""
    scalar, key = text
    template = find_template(scalar.text)  # a malformed one is reported where it is interpolated
    around = "".join(part if isinstance(part, str) else "$" for part in template)
    if any("$" not in one for one in find_url_passwords(around)):
        yield _report(scalar.place, "the URL contains a password")
    for variable in iter_variables(template):
        default = variable.argument
        if variable.operator[-1:] != "-" or not all(isinstance(one, str) for one in default):
            continue
        said = "".join(one for one in default if isinstance(one, str))
        if _is_secret_default(said, variable, key) and _counts(said, is_lenient=is_lenient):
            end = variable.end - 1
            place = find_part(scalar, end - len(said), end)
            yield _report(place, f"the default of ${{{variable.name}}} is a secret")


def _is_secret_default(said: str, variable: Variable, key: str | None) -> bool:
    if "://" in said:
        return bool(find_url_passwords(said)) and LOCAL_HOST.search(said) is None
    is_secret = key is not None or _choose_key(variable.name, None) is not None
    return is_secret and not NAME_OR_PATH.fullmatch(said)


def _find_password(scalar: ScalarNode) -> Place:
    bounds = next(iter_secret_bounds(scalar.text), None)
    return find_part(scalar, *bounds) if bounds else scalar.place


def _report(place: Place, message: str) -> Diagnostic:
    return LITERAL_SECRET.at(place, message, hint=HINT)


RULE = Rule(LITERAL_SECRET, check_file=check_literal_secret)
