"""Find the path of a file in place of the secret that the file holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import PATH_AS_SECRET
from assembler.document.template import find_template, iter_variables
from assembler.linting.rules.form import Rule
from assembler.secrets.weak_secret import FILE_HINT, is_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import FileFacts
    from assembler.linting.facts.secret_texts import SecretText

__all__ = ["RULE"]

# What such a key holds often is the path of a file, as libraries of cloud providers read it.
PATHS = ("credential",)


def check_path_as_secret(facts: FileFacts) -> Iterator[Diagnostic]:
    """Report each path under a secret's key, also as the default of a variable."""
    if b"/" not in facts.source:
        return
    for text in facts.secret_texts:
        if text.key is not None and text.key not in facts.refused_keys and _has_path(text):
            message = f'the secret "{text.key}" is a path, not what the file holds'
            hint = f"Write `{{$file: {text.scalar.text}}}`." if text.is_file else FILE_HINT
            yield PATH_AS_SECRET.at(text.scalar.place, message, hint=hint)


def _has_path(text: SecretText) -> bool:
    if any(word in (text.key or "").lower() for word in PATHS):
        return False
    written = text.scalar.text
    if "${" not in written:
        return is_path(written)
    defaults = (one.argument for one in iter_variables(find_template(written)))
    return any(is_path("".join(map(str, default))) for default in defaults)


RULE = Rule(PATH_AS_SECRET, check_file=check_path_as_secret)
