"""Read YAML into nodes that know their place, and report all that is wrong with it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from yaml import YAMLError

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Place
from assembler.diagnostics.suggestion import render_suggestion
from assembler.document.anchors import LIMIT_ALIAS_NODES, LIMIT_DEPTH, UnusableError
from assembler.document.lines import Lines
from assembler.document.misreadings import render_missing_space
from assembler.document.nodes import MappingNode, Node, ScalarNode, SequenceNode
from assembler.document.scalars import WORD_AND_COLON
from assembler.document.traps import find_text_traps, has_suspects, render_invisible
from assembler.document.tree import TreeReader
from assembler.files import LIMIT_BYTES, NotRegularError, list_profile_names, read_start

if TYPE_CHECKING:
    from pathlib import Path

    from assembler.diagnostics.diagnostic import Collector, Diagnostic

__all__ = [
    "LIMIT_ALIAS_NODES",
    "LIMIT_DEPTH",
    "load_document",
    "parse_document",
    "read_source",
]

UTF8_MARK = b"\xef\xbb\xbf"
# Each way to read a text is the only one: nothing is tried again, also without possessive groups,
# which Python before 3.11.5 gets wrong (python/cpython #106052).
DIRECTIVE = r"(?:[ \t]*(?:#[^\r\n]*)?[\r\n])*(%[^\r\n]*)"
SUPPORTED_DIRECTIVE = r"%YAML[ ]+1\.2[ \t]*(?:#.*)?"
LEGACY_BREAK = "[\x85\u2028\u2029]"
AFTER_DOCUMENT = re.compile(r"(?:[ \t]*(?:#[^\r\n]*)?(?:[\r\n]|\Z)|\.\.\.(?=\s|\Z))*+")
WORD = re.compile(r"[^ \t\r\n]*")  # as YAML has it: a no-break space is no white space
DOCUMENT_START = re.compile(r"---(?:\s|\Z)|%")


def load_document(file: Path, path: str, found: Collector) -> MappingNode | None:
    """Read and parse ``file``, which diagnostics call ``path``.

    Returns ``None`` if it is unusable; ``found`` then has the reason. Reads one file.
    """
    source = read_source(file, path, found)
    return None if source is None else parse_document(source, path, found)


def read_source(file: Path, path: str, found: Collector) -> bytes | None:
    """Read ``file``, which diagnostics call ``path``: all of it, or enough to tell its size.

    Returns ``None`` if it cannot be read; ``found`` then has the reason. Never waits for a pipe.
    """
    try:
        return read_start(file, LIMIT_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        found.add(_render_missing(file, path))
    except (IsADirectoryError, NotRegularError) as error:
        is_folder = isinstance(error, IsADirectoryError)
        found.add(_render_not_a_file(file, path, is_folder=is_folder))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        found.add(
            codes.FILE_UNREADABLE.at(
                Place(path),
                f"the file cannot be read: {reason.lower()}",
                hint="Give the user that runs this command read permission.",
            )
        )
    return None


def parse_document(source: bytes, path: str, found: Collector) -> MappingNode | None:
    """Parse ``source``, the bytes of the file that diagnostics call ``path``.

    Returns ``None`` if it is unusable; ``found`` then has the reason. Never raises, and takes time
    in proportion to the size.
    """
    text = _decode(source, path, found)
    if text is None or _refuse_early(text, path, found):
        return None
    reader = TreeReader(text, source.removeprefix(UTF8_MARK), path, found)
    limit, root = len(text), None
    try:
        root = reader.read_document()
    except UnusableError as error:
        limit = error.index
    except YAMLError as error:
        from assembler.document.syntax import (  # noqa: PLC0415 - only for a file that is broken
            explain_error,
            find_error_start,
        )

        lines = Lines(text, path)
        explained = explain_error(error, lines)
        if not any((d.code, d.place) == (explained.code, explained.place) for d in found.found):
            found.add(explained)
        limit = find_error_start(error)
    else:
        root = _check_root(root, path, found) if _check_rest(reader, found) else None
    if has_suspects(text):
        _find_traps_before(limit, reader, found)
    return root if isinstance(root, MappingNode) else None


def _decode(source: bytes, path: str, found: Collector) -> str | None:
    if len(source) > LIMIT_BYTES:
        found.add(
            codes.FILE_TOO_LARGE.at(
                Place(path),
                f"the file is larger than the limit of {LIMIT_BYTES:,} bytes",
                hint="Move data to files of its own, and refer to them from the profile.",
            )
        )
        return None
    try:
        text = source.removeprefix(UTF8_MARK).decode()
    except UnicodeDecodeError as error:
        found.add(_render_encoding(source, path, error))
        return None
    if "\x00" in text and text.count("\x00") * 3 > len(text):
        found.add(_refuse_utf16(path))
        return None
    return text


def _render_encoding(source: bytes, path: str, error: UnicodeDecodeError) -> Diagnostic:
    if source.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _refuse_utf16(path)
    before = error.object[: error.start].decode()
    place = Lines(before, path).get_place(len(before))
    line, column, *_ = place.span
    return codes.ENCODING.at(
        Place.in_line(path, line, column, column + 1),
        f"byte 0x{error.object[error.start]:02X} at offset {error.start} is not UTF-8",
        hint="Save the file as UTF-8; it may be Latin-1 or Windows-1252 now.",
    )


def _refuse_utf16(path: str) -> Diagnostic:
    return codes.ENCODING.at(
        Place(path), "the file is UTF-16 or UTF-32, expected UTF-8", hint="Save the file as UTF-8."
    )


def _refuse_early(text: str, path: str, found: Collector) -> bool:
    """Reject what would change the meaning of all that follows: directives, odd line breaks."""
    directive = re.match(DIRECTIVE, text) if "%" in text else None
    if directive is not None and not re.fullmatch(SUPPORTED_DIRECTIVE, directive[1]):
        found.add(
            codes.YAML_SYNTAX.at(
                Lines(text, path).get_place(*directive.span(1)),
                f"directive '{directive[1].strip()}' is not supported: profiles are YAML 1.2",
                hint="Remove the line.",
            )
        )
        return True
    odd = None if text.isascii() else re.search(LEGACY_BREAK, text)
    if odd is not None:
        # The parser counts them as ends of lines and editors do not: no position would be right.
        found.add(render_invisible(Lines(text, path), odd.start()))
    return odd is not None


def _check_rest(reader: TreeReader, found: Collector) -> bool:
    """Reject whatever follows the first document, without parsing it."""
    text = reader.text
    start = AFTER_DOCUMENT.match(text, reader.end).end()  # type: ignore[union-attr]  # it matches the empty text
    if start >= len(text):
        return True
    lines = Lines(text, reader.path)
    has_ended = "..." in text[reader.end : start]
    if has_ended or DOCUMENT_START.match(text, start):
        place = lines.get_place(start, WORD.match(text, start).end())  # type: ignore[union-attr]  # as above
        message, hint = "another document starts here", "Put each profile in a file of its own."
        found.add(codes.SEVERAL_DOCUMENTS.at(place, message, hint=hint))
        return False
    found.add(
        codes.YAML_SYNTAX.at(
            lines.get_place(start),
            "expected the end of the file: this line does not belong to what comes before",
            hint="Check the indentation of this line and of the lines before it.",
        )
    )
    return False


def _check_root(root: Node | None, path: str, found: Collector) -> Node | None:
    if isinstance(root, MappingNode):
        return root
    if root is None or (isinstance(root, ScalarNode) and root.plain and root.text == ""):
        message = "the file is empty, expected a mapping"
        found.add(codes.NOT_A_MAPPING.at(Place(path), message, hint="Start with 'version: 1'."))
        return None
    if isinstance(root, ScalarNode) and root.plain and WORD_AND_COLON.match(root.text):
        found.add(render_missing_space(root))
        return None
    kind = "a list" if isinstance(root, SequenceNode) else "a string"
    message = f"the profile is {kind}, expected a mapping"
    found.add(
        codes.NOT_A_MAPPING.at(root.place, message, hint="Write 'key: value' lines at the top.")
    )
    return None


def _find_traps_before(limit: int, reader: TreeReader, found: Collector) -> None:
    text = reader.text
    lines = Lines(text, reader.path)
    if limit < len(text):
        lines = Lines(text[: lines.get_line(limit)[0]], reader.path)
    find_text_traps(lines, _to_intervals(reader.covered), _to_intervals(reader.quoted_keys), found)


def _to_intervals(events: list[Any]) -> list[tuple[int, int]]:
    return [(event.start_mark.index, event.end_mark.index) for event in events]


def _render_not_a_file(file: Path, path: str, *, is_folder: bool) -> Diagnostic:
    if not is_folder:
        hint = "Pass a file, or '-' for standard input where the command takes it."
        return codes.FILE_UNREADABLE.at(Place(path), "not a regular file", hint=hint)
    names = list_profile_names(file)
    hint = f"Pass a file in it, such as '{names[0]}'." if names else "Pass a file."
    return codes.FILE_UNREADABLE.at(Place(path), "a folder, expected a file", hint=hint)


def _render_missing(file: Path, path: str) -> Diagnostic:
    message = f"no file '{file.name}' in the folder"
    hint = render_suggestion(file.name, list_profile_names(file.parent), "Check the path.")
    if file.is_symlink():
        message = f"the link '{file.name}' points to no file"
        hint = "Point it to a file, or remove it."
    return codes.FILE_NOT_FOUND.at(Place(path), message, hint=hint)
