"""Find the imports of a source by its text: a syntax tree takes ten times as long to build."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Import", "find_imports", "make_absolute", "split_name"]

# Strings and comments are passed over. What is left and starts a line is an import, or it opens a
# block; an import with an indent is inside of the nearest block above with less of one. Each
# alternative starts with a character of its own: so `re` skips what none can match. A string that
# is never closed ends where it must, or it would be looked through from each quote in it again. No
# possessive group: Python before 3.11.5 gets those wrong (python/cpython #106052).
TOKEN = re.compile(
    rb"""
      \#[^\n]*
    | \"{3}[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*(?:\"{3}|\\?\Z)
    | '{3}[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*(?:'{3}|\\?\Z)
    | "[^"\\\n]*(?:\\.[^"\\\n]*)*(?:"|(?=\n)|\\?\Z)
    | '[^'\\\n]*(?:\\.[^'\\\n]*)*(?:'|(?=\n)|\\?\Z)
    | \n(?P<indent>[ \t\f]*)(?:
        (?P<statement>(?:from|import)\b
          (?:\#[^\n]*|\((?:\#[^\n]*|[^)#])*(?:\)|\Z)|\\\r?\n|[^\n(\\#])*
        )
      | (?P<opener>async[ \t]+def|def|class|if|elif|else|try|except|finally|for|while|with|match
        |case|async)\b(?P<rest>[^\n]*)
      )
    """,
    re.VERBOSE | re.DOTALL,
)
FOR_TYPES = rb"[\s(]*(?:\w+\.)?TYPE_CHECKING[\s)]*:"
INLINE = re.compile(rb"[^#\"']*?:[ \t]*((?:from|import)[ \t]+[^\n]*)")
FROM = re.compile(r"from\b([.\s]*)(?![.\s])([\w.]*)\s*\bimport\b\s*\(?([^)]*)", re.DOTALL)
IMPORT = r"import\b(?!\s*[=.(\[])"
COMMENT = re.compile(r"#[^\n]*|\\\r?\n")
FUNCTIONS = frozenset({b"def", b"async def"})


class Import(NamedTuple):
    """One statement that imports ``module``, and (``from``) ``names`` of it."""

    module: str
    names: tuple[str, ...]
    line: int
    is_deferred: bool  # inside a function: not when the module is imported
    is_type_checking: bool  # never carried out
    is_guarded: bool  # below `try`, `if` or the like: it need not be reached, nor go well


class _Block(NamedTuple):
    indent: int
    opener: bytes
    is_for_types: bool


def find_imports(source: bytes, package: str) -> tuple[Import, ...]:
    """Return every import of ``source``, those inside functions too, in their order.

    Args:
        source: Of a module of Python.
        package: What its relative imports start from.
    """
    return tuple(_iter_imports(source, package))


def _iter_imports(source: bytes, package: str) -> Iterator[Import]:
    blocks: list[_Block] = []
    line, counted, text = 0, 0, b"\n" + source.removeprefix(BOM_UTF8)
    for token in TOKEN.finditer(text):
        if token["indent"] is None:
            continue
        line += text.count(b"\n", counted, token.end("indent"))
        counted = token.end("indent")
        indent = len(token["indent"].rpartition(b"\f")[2].expandtabs())
        while blocks and blocks[-1].indent >= indent:
            blocks.pop()
        statement = token["statement"]
        if token["opener"]:
            opener = b" ".join(token["opener"].split())
            is_for_types = (
                opener in {b"if", b"elif"} and re.match(FOR_TYPES, token["rest"]) is not None
            )
            blocks.append(_Block(indent, opener, is_for_types))
            inline = INLINE.match(token["rest"])
            statement = None if inline is None else inline[1]
        if statement is not None:
            yield from _parse(statement.decode("utf-8", "replace"), package, line, blocks)


def _parse(text: str, package: str, line: int, blocks: list[_Block]) -> Iterator[Import]:
    context = (
        line,
        any(block.opener in FUNCTIONS for block in blocks),
        any(block.is_for_types for block in blocks),
        any(block.opener not in {*FUNCTIONS, b"class"} for block in blocks),
    )
    for part in COMMENT.sub(" ", text).split(";"):
        statement = part.strip()
        match = FROM.match(statement)
        if match is not None:
            module = make_absolute(match[1].count("."), match[2], package)
            yield Import(module, _parse_names(match[3]), *context)
        elif re.match(IMPORT, statement):
            for name in _parse_names(statement[len("import") :]):
                yield Import(name, (), *context)


def _parse_names(text: str) -> tuple[str, ...]:
    return tuple(one.split()[0] for one in text.split(",") if one.strip())


def make_absolute(level: int, module: str, package: str) -> str:
    """Return the full name of ``module`` after ``level`` dots; empty above the top package."""
    if not level:
        return module
    parts = package.split(".")
    above = parts[: len(parts) - level + 1]
    return ".".join([*above, *([module] if module else [])]) if above else ""


def split_name(name: str) -> list[str]:
    """Return a module with the packages above it, the top one first."""
    parts = name.split(".")
    return [".".join(parts[:end]) for end in range(1, len(parts) + 1)]
