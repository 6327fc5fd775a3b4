"""Read the pages of the codes: one Markdown file each, named for its code."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assembler.diagnostics.diagnostic import Code

__all__ = ["HEADINGS", "Example", "RulePage", "get_page"]

HEADINGS = ("What it does", "Why is this bad", "Example", "Use instead")
HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
BLOCK = re.compile(
    r"^```(?P<language>\w+)(?: (?P<file>\S+))?\n(?P<text>(?:(?!```).*\n)*)```$", re.MULTILINE
)
PROMPT = re.compile(r"^\$ (.+)$", re.MULTILINE)
DEFAULT_FILE = "profiles/web.yaml"


@dataclass(frozen=True, slots=True)
class Example:
    """Some files, and the commands that show what is reported of them.

    A code block is the file named after the language on its first line, by default
    ``profiles/web.yaml``; a ``console`` block holds commands, each after ``$ ``. Without one, the
    command is `assembler lint`.
    """

    files: dict[str, str]  # by path
    commands: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RulePage:
    """The page of a code."""

    text: str  # all of it
    title: str
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


def get_page(code: Code) -> RulePage:
    """Read the page of ``code``."""
    text = (files(__name__) / f"{code.name}.md").read_text("utf-8")
    head, *rest = HEADING.split(text)
    title, summary = head.strip().split("\n\n", 1)
    pairs = zip(rest[::2], rest[1::2], strict=True)
    sections = {heading: section.strip() for heading, section in pairs}
    return RulePage(text, title.removeprefix("# "), summary, sections)


def _parse_example(section: str) -> Example:
    files: dict[str, str] = {}
    commands: list[str] = []
    for block in BLOCK.finditer(section):
        if block["language"] == "console":
            commands += PROMPT.findall(block["text"])
        else:
            files[block["file"] or DEFAULT_FILE] = block["text"]
    return Example(files, tuple(commands))
