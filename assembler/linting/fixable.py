"""List how findings are fixed, if that can be done safely: without changing anything else."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Edit, Fix
from assembler.linting.fix_comment import build_comment_removal
from assembler.linting.fix_order import build_patch_move, build_step_move
from assembler.linting.fix_values import (
    build_colon_removal,
    build_interpolation_quotes,
    build_key_quotes,
    build_space,
    build_spaces,
    build_text_quotes,
    build_typed_value,
    build_version_number,
)
from assembler.linting.fix_version import build_version
from assembler.linting.source_text import SourceText

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from assembler.diagnostics.diagnostic import Diagnostic

    Build = Callable[[Diagnostic, SourceText], Fix | None]

__all__ = ["FIXABLE", "attach_fixes"]


def _build_scheme(found: Diagnostic, source: SourceText) -> Fix | None:
    """Write ``postgresql://`` for ``postgres://``."""
    start, end = source.get_offsets(found.place)
    written = source.text[start:end]
    if written.count("postgres://") != 1:  # the environment gave it, or which of them is unclear
        return None
    colon = start + written.index("://")
    return Fix("Write 'postgresql://'", (Edit(source.get_place(colon, colon), "ql"),))


# Fixes that are built from the file's text, by the number of the code.
BUILDERS: dict[str, Build] = {
    code.number: build
    for code, build in (
        (codes.TAB, build_spaces),
        (codes.KEY_NOT_TEXT, build_key_quotes),
        (codes.MISSING_SPACE, build_space),
        (codes.BOOLEAN_WORD, build_typed_value),
        (codes.AMBIGUOUS_NUMBER, build_typed_value),
        (codes.SEXAGESIMAL, build_text_quotes),
        (codes.DATE_TEXT, build_text_quotes),
        (codes.QUOTE_INTERPOLATION, build_interpolation_quotes),
        (codes.UNUSED_IGNORE, build_comment_removal),
        (codes.WRONG_TYPE, build_version_number),
        (codes.MISSING_KEY, build_version),
        (codes.TRAILING_COLON, build_colon_removal),
        (codes.ORDER_BROKEN, build_step_move),
        (codes.PATCH_ORDER, build_patch_move),
        (codes.OLD_DATABASE_SCHEME, _build_scheme),
    )
}
# Fixes that come with the finding: only what reports it knows the alternatives.
FIXED_BY_STAGES: frozenset[str] = frozenset(
    code.number
    for code in (
        codes.UNKNOWN_KEY,
        codes.WRONG_TYPE,
        codes.WRONG_VALUE,
        codes.OVERRIDE_MATCHES_NOTHING,
        codes.UNKNOWN_CONSTRAINT,
        codes.UNKNOWN_PATCH,
        codes.UNKNOWN_NAME,
        codes.WRONG_ADAPTER,
        codes.UNKNOWN_SOURCE,
    )
)


# Most builders read the whole file. What is left out here is fixed in the next pass.
LIMIT_READ = 512 * 1024  # characters, for all fixes of a file
LEAST_TRIED = 8
FIXABLE: frozenset[str] = FIXED_BY_STAGES.union(BUILDERS)
"""The numbers of the codes that `assembler lint --fix` may fix."""


def attach_fixes(
    diagnostics: Iterable[Diagnostic], read: Callable[[str], bytes | None]
) -> list[Diagnostic]:
    """Return the findings with their fixes, if these are safe.

    A fix of an alias or of a value with an anchor is not safe: it would change other places too.

    Args:
        diagnostics: What was found.
        read: Returns the bytes of a file by its shown path; ``None`` if it cannot be read.
    """
    sources: dict[str, SourceText | None] = {}
    tried: Counter[str] = Counter()  # by path
    return [_attach_fix(found, sources, tried, read) for found in diagnostics]


def _attach_fix(
    found: Diagnostic,
    sources: dict[str, SourceText | None],
    tried: Counter[str],
    read: Callable[[str], bytes | None],
) -> Diagnostic:
    build = BUILDERS.get(found.code)
    if found.fix is None and build is None:
        return found
    path = found.place.path
    if path not in sources:
        sources[path] = _read_source(path, read)
    source = sources[path]
    fix = None
    tried[path] += 1
    if source is not None and tried[path] <= _find_limit(source):
        fix = found.fix or (build(found, source) if build is not None else None)
    if fix is not None and source is not None and source.is_shared(fix):
        fix = None
    return found if fix == found.fix else replace(found, fix=fix)


def _find_limit(source: SourceText) -> int:
    return max(LEAST_TRIED, LIMIT_READ // max(1, len(source.text)))


def _read_source(path: str, read: Callable[[str], bytes | None]) -> SourceText | None:
    content = read(path)
    try:
        return None if content is None else SourceText(path, content)
    except UnicodeDecodeError:
        return None
