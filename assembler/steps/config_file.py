"""Load config files: whatever their format, the upper-case keys, in the types that are known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assembler.diagnostics.faults import raise_faults
from assembler.document.ends import strip_newline
from assembler.policy import Use
from assembler.steps.config_object import read_object
from assembler.steps.config_parsers import CODE_SUFFIXES, OPTION
from assembler.steps.known_values import read_strings
from assembler.steps.named_file import build_empty_fault, parse_config_file, read_config_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assembler.steps.forms import SourceContext
    from assembler.steps.named_file import NamedFile

__all__ = ["load_config_file"]


def load_config_file(context: SourceContext, named: NamedFile) -> Mapping[str, Any]:
    """Read a file and return its upper-case keys; one that is Python is executed.

    Warns of a file that sets no key.

    Raises:
        StepFault: if it cannot be read, is broken, or holds a value of a wrong type.
    """
    is_code = named.suffix in CODE_SUFFIXES
    context.check_file(named.file, Use.CODE if is_code else Use.DATA)
    config = read_config_file(named, context.env)
    if config is None:
        return {}
    parsed = parse_config_file(config, named)
    values = read_object(context.app, parsed, option=OPTION)
    if not values:
        context.warn(build_empty_fault(named, parsed))
    if named.is_of_strings:
        texts = {key: strip_newline(text) for key, text in values.items()}
        return read_strings(context, texts, lambda key: str(config.find_place(key)))
    if not is_code:
        raise_faults(config.iter_value_faults(values))
    return values
