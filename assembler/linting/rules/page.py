"""Read the page of a rule: its summary, its headings, and the files of its examples."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["HEADINGS", "Example", "RulePage", "parse_page"]

HEADINGS = ("What it does", "Why is this bad", "Example", "Use instead")
HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
BLOCK = re.compile(
    r"^```(?P<language>\w+)(?: (?P<file>\S+))?\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)
PROMPT = re.compile(r"^\$ (.+)$", re.MULTILINE)
DEFAULT_FILE = "profiles/web.yaml"


@dataclass(frozen=True, slots=True)
class Example:
    """Some files, and the commands that show what is said of them.

    A block of code is the file that its first line names after the language, else (YAML)
    ``profiles/web.yaml``; a ``console`` block holds commands, each after ``$ ``. Without one the
    command is `assembler lint`.
    """

    files: dict[str, str]  # by path
    commands: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RulePage:
    """A page, taken apart."""

    summary: str  # one line
    sections: dict[str, str]  # Markdown by heading

    @property
    def example(self) -> Example:
        """What is reported."""
        return _parse_example(self.sections["Example"])

    @property
    def remedy(self) -> Example:
        """What is clean: the files that replace those of the example of the same name."""
        return _parse_example(self.sections["Use instead"])


def parse_page(page: str) -> RulePage:
    """Take the page of a rule apart."""
    head, *rest = HEADING.split(page)
    pairs = zip(rest[::2], rest[1::2], strict=True)
    return RulePage(head.strip(), {heading: text.strip() for heading, text in pairs})


def _parse_example(section: str) -> Example:
    files: dict[str, str] = {}
    commands: list[str] = []
    for block in BLOCK.finditer(section):
        if block["language"] == "console":
            commands += PROMPT.findall(block["text"])
        else:
            files[block["file"] or DEFAULT_FILE] = block["text"]
    return Example(files, tuple(commands))
