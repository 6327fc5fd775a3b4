"""Count the lines of code of a package by folder: no docstrings, blanks, comments or imports."""

from __future__ import annotations

import argparse
import ast
import io
import sys
import tokenize
from collections import Counter
from pathlib import Path

__all__ = ["count_lines", "main"]

PACKAGE = Path(__file__).resolve().parent.parent / "assembler"
LAYOUT = {
    *(tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.ENCODING),
    *(tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER),
}


def count_lines(source: str) -> int:
    """Return the number of lines that hold code; ``if TYPE_CHECKING:`` is part of the imports."""
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in LAYOUT:
            lines.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.stmt) and _is_left_out(node):
            lines.difference_update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
        elif isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING":
            lines.discard(node.lineno)
    return len(lines)


def _is_left_out(node: ast.stmt) -> bool:
    """Return whether a statement imports, or is a string alone, which documents wherever it is."""
    value = node.value if isinstance(node, ast.Expr) else None
    is_docstring = isinstance(value, ast.Constant) and isinstance(value.value, str)
    return is_docstring or isinstance(node, ast.Import | ast.ImportFrom)


def main(words: list[str] | None = None) -> int:
    """Print a table of modules and lines by folder, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.lines", description=__doc__)
    parser.add_argument("package", nargs="?", type=Path, default=PACKAGE)
    package = parser.parse_args(words).package
    modules: Counter[str] = Counter()
    lines: Counter[str] = Counter()
    for file in sorted(package.rglob("*.py")):
        folder = file.relative_to(package).parent.as_posix()
        modules[folder] += 1
        lines[folder] += count_lines(file.read_text("utf-8"))
    rows = [
        ("folder", "modules", "lines"),
        *((name, str(modules[name]), str(lines[name])) for name in sorted(lines)),
        ("all", str(modules.total()), str(lines.total())),
    ]
    width = max(len(name) for name, *_ in rows)
    for name, *numbers in rows:
        sys.stdout.write(name.ljust(width) + "".join(one.rjust(9) for one in numbers) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
