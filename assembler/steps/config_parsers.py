"""Parse config files, each format the way Flask or its own library reads it."""

from __future__ import annotations

import re
import tomllib
from types import ModuleType
from typing import TYPE_CHECKING, NamedTuple

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Collector, Place, Related, Severity, Span
from assembler.diagnostics.excerpt import shorten_path
from assembler.diagnostics.failures import describe_failure
from assembler.diagnostics.faults import StepFault, raise_faults
from assembler.document.document import parse_document
from assembler.document.dotenv import parse_dotenv
from assembler.document.nodes import to_plain
from assembler.steps.known_values import build_value_fault, is_wrong_string

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

__all__ = ["CODE_SUFFIXES", "DATA_SUFFIXES", "OPTION", "PARSERS", "ConfigFile"]

OPTION = ("path",)  # what a fault is about
CODE_SUFFIXES = frozenset({".py", ".cfg"})  # both are Python, as for `Config.from_pyfile`
DATA_SUFFIXES = frozenset({".toml", ".json", ".yaml", ".yml"})
TOML_PLACE = r" \(at (?:line (\d+), column (\d+)|end of document)\)$"


class ConfigFile(NamedTuple):
    """A file that was read, how its path was written, and the environment to interpolate with."""

    file: Path
    shown: str
    content: bytes
    env: Mapping[str, str]
    table: str | None = None  # the mapping in it that holds the keys

    def build_fault(self, reason: str, line: int, column: int) -> StepFault:
        """Report what is wrong with the file, and where."""
        place = Place(self.shown, Span(line, column, line, column))
        return StepFault(
            f"the config file is broken: {place}: {reason}",
            hint="Fix the file.",
            option=OPTION,
            code=codes.CONFIG_FILE_BROKEN,
            related=(Related(Place(shorten_path(self.file), place.span), "here"),),
        )

    def find_place(self, key: str) -> Place:
        """Return the place of ``key``, as it is shown; the start of the file if it is not found."""
        written = re.compile(rf"(?m)^[^#\n]*?(?<![\w.])([\"']?{re.escape(key)}[\"']?)\s*[:=]")
        text = self.decode()
        found = [*written.finditer(text, *self._find_table_bounds(text))]
        if not found:
            return Place(self.shown, Span())
        start, end = found[-1].span(1)
        line, column = text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)
        return Place.in_line(self.shown, line, column, column + end - start)

    def _find_table_bounds(self, text: str) -> tuple[int, int]:
        """Return where the table is written, if it has a header of its own, as in TOML."""
        header = self.table and re.search(rf"(?m)^[ \t]*\[{re.escape(self.table)}\]", text)
        if not header:
            return 0, len(text)
        following = re.compile(r"(?m)^[ \t]*\[").search(text, header.end())
        return header.end(), len(text) if following is None else following.start()

    def iter_value_faults(self, values: Mapping[str, object]) -> Iterator[StepFault]:
        """Report each string where a known key takes another type, with its place in the file."""
        for key, value in values.items():
            if is_wrong_string(key, value):
                place = self.find_place(key)
                fault = build_value_fault(key, str(value))
                fault.message = f"{place}: {fault.message}"
                fault.option = OPTION
                fault.related = (Related(Place(shorten_path(self.file), place.span), "here"),)
                yield fault

    def decode(self) -> str:
        """Return the content as a string, without a byte order mark."""
        try:
            return self.content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            before = self.content[: error.start]
            column = len(before) - before.rfind(b"\n")
            raise self.build_fault("it is not UTF-8", before.count(b"\n") + 1, column) from error


def _run_python(config: ConfigFile) -> object:
    module = ModuleType("config")
    module.__file__ = str(config.file)
    try:
        # As Config.from_pyfile: the file is the project's own code, named by its own profile.
        code = compile(config.content, str(config.file), "exec", dont_inherit=True)
        exec(code, module.__dict__)  # noqa: S102 - see above
    except SyntaxError as error:
        raise config.build_fault(error.msg, error.lineno or 1, error.offset or 1) from error
    except Exception as error:
        failure = describe_failure(error)
        span = failure.related[0].place.span if failure.related else Span()
        fault = config.build_fault(failure.text, span.line, span.column)
        fault.related = failure.related
        raise fault from error
    return module


def _parse_toml(config: ConfigFile) -> object:
    text = config.decode()
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        reason = re.sub(TOML_PLACE, "", str(error))
        match = re.search(TOML_PLACE, str(error))
        lines = text.splitlines() or [""]
        place = (len(lines), len(lines[-1]) + 1)
        if match and match[1]:
            place = (int(match[1]), int(match[2]))
        raise config.build_fault(reason[:1].lower() + reason[1:], *place) from error
    except RecursionError as error:
        raise config.build_fault("it is nested too deep", 1, 1) from error


def _parse_json(config: ConfigFile) -> object:
    import json  # noqa: PLC0415 - only for such a file

    try:
        parsed = json.loads(config.decode())
    except json.JSONDecodeError as error:
        reason = error.msg[:1].lower() + error.msg[1:]
        raise config.build_fault(reason, error.lineno, error.colno) from error
    except (RecursionError, ValueError) as error:  # ValueError: an integer of thousands of digits
        is_deep = isinstance(error, RecursionError)
        reason = "it is nested too deep" if is_deep else "a number is too long"
        raise config.build_fault(reason, 1, 1) from error
    if isinstance(parsed, dict):
        return parsed
    message = f'the config file "{config.shown}" is not a JSON object'
    hint = "Write a JSON object: upper-case keys, and their values."
    raise StepFault(message, hint=hint, option=OPTION, code=codes.CONFIG_NOT_A_MAPPING)


def _parse_yaml(config: ConfigFile) -> object:
    found = Collector()
    root = parse_document(config.content, str(config.file), found)
    raise_faults(
        config.build_fault(one.message, one.place.span.line, one.place.span.column)
        for one in sorted(found.found, key=lambda one: one.sort_key)
        if one.severity is Severity.ERROR
    )
    return {} if root is None else to_plain(root)


def _parse_dotenv(config: ConfigFile) -> object:
    parsed = parse_dotenv(config.decode(), config.env)
    raise_faults(config.build_fault(one.reason, one.line, one.column) for one in parsed.broken)
    return parsed.values


PARSERS: dict[str, Callable[[ConfigFile], object]] = {
    ".py": _run_python,
    ".cfg": _run_python,
    ".toml": _parse_toml,
    ".json": _parse_json,
    ".yaml": _parse_yaml,
    ".yml": _parse_yaml,
    ".env": _parse_dotenv,
}
