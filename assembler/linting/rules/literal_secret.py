"""Find a secret written in a profile."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assembler.diagnostics.codes import LITERAL_SECRET
from assembler.document.nodes import ScalarNode
from assembler.document.template import Variable, find_template, iter_variables
from assembler.language.flags import parse_flag
from assembler.language.interpolation import find_part
from assembler.linting.facts.secret_texts import (
    PLACEHOLDER,
    choose_secret_key,
)
from assembler.linting.rules.form import Rule
from assembler.secrets.text_secrets import find_url_passwords, iter_secret_bounds
from assembler.secrets.weak_secret import find_weakness

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic, Place
    from assembler.document.nodes import MappingNode
    from assembler.linting.facts.lint_facts import FileFacts
    from assembler.linting.facts.secret_texts import SecretText

__all__ = ["RULE"]

# `/reset`, `security/reset.html`, `shop.auth:Hasher`, `$NAME`: paths and names.
NAME_OR_PATH = (
    r"\$[A-Z][A-Z0-9_]+|/[a-z0-9_.<>:/-]*|[\w-]+(?:/[\w-]+)*\.(?:html|txt|j2|pem|key)"
    r"|[a-z_]\w*(?:\.\w+)+:\w+"
)
LOCAL_HOST = r"@(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?:[:/?]|$)"
HINT = "Write `${NAME}` and set the variable, or `{$file: path}`; then change the secret."


def check_literal_secret(facts: FileFacts) -> Iterator[Diagnostic]:
    """Report every secret that is written in the file."""
    is_lenient = _is_for_developers(facts.root)
    for text in facts.secret_texts:
        yield from _check_text(text, is_lenient=is_lenient or text.key in facts.refused_keys)


def _is_for_developers(root: MappingNode) -> bool:
    role, debug = root.get("role"), root.get("debug")
    if isinstance(role, ScalarNode) and role.value == "test":
        return True
    try:
        return isinstance(debug, ScalarNode) and parse_flag(debug.value)
    except ValueError:
        return False


def _check_text(text: SecretText, *, is_lenient: bool) -> Iterator[Diagnostic]:
    scalar, key, _ = text
    if "${" in scalar.text:
        yield from _check_defaults(text, is_lenient=is_lenient)
    elif "://" in scalar.text:
        passwords = find_url_passwords(scalar.text)
        if any(_counts(one, is_lenient=is_lenient) for one in passwords):
            yield _report(_find_password(scalar), "the URL contains a password")
    elif (
        key is not None
        and not re.fullmatch(NAME_OR_PATH, scalar.text)
        and _counts(scalar.text, is_lenient=is_lenient)
    ):
        yield _report(scalar.place, f'the secret "{key}" is written in the profile')


def _counts(secret: str, *, is_lenient: bool) -> bool:
    is_written = bool(PLACEHOLDER.sub("", secret).strip())
    return is_written and not (is_lenient and find_weakness(secret))


def _check_defaults(text: SecretText, *, is_lenient: bool) -> Iterator[Diagnostic]:
    """Report secrets in the defaults of variables, and around the variables of a URL."""
    scalar, key, _ = text
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
        return bool(find_url_passwords(said)) and re.search(LOCAL_HOST, said) is None
    is_secret = key is not None or choose_secret_key(variable.name, None) is not None
    return is_secret and not re.fullmatch(NAME_OR_PATH, said)


def _find_password(scalar: ScalarNode) -> Place:
    bounds = next(iter_secret_bounds(scalar.text), None)
    return find_part(scalar, *bounds) if bounds else scalar.place


def _report(place: Place, message: str) -> Diagnostic:
    return LITERAL_SECRET.at(place, message, hint=HINT)


RULE = Rule(LITERAL_SECRET, check_file=check_literal_secret)
