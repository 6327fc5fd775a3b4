"""Read a Dockerfile, as far as the one of this project needs it."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Stage", "parse_dockerfile", "parse_exec"]


@dataclass(frozen=True, slots=True)
class Stage:
    """What stands between one FROM and the next."""

    base: str
    name: str
    steps: list[tuple[str, str]] = field(default_factory=list)  # an instruction, and its text

    def get(self, instruction: str) -> str:
        """Return the text of an instruction that the stage has once."""
        (text,) = (text for name, text in self.steps if name == instruction)
        return text


def parse_dockerfile(text: str) -> list[Stage]:
    """Return its stages, in order."""
    stages: list[Stage] = []
    for instruction, rest in _iter_steps(text):
        if instruction == "FROM":
            base, _, name = rest.partition(" AS ")
            stages.append(Stage(base, name or str(len(stages))))
        else:
            stages[-1].steps.append((instruction, rest))
    return stages


def _iter_steps(text: str) -> Iterator[tuple[str, str]]:
    whole = re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE)
    for line in re.sub(r"\\\n\s*", "", whole).splitlines():
        if line:
            instruction, _, rest = line.partition(" ")
            yield instruction, rest


def parse_exec(text: str) -> list[str]:
    """Return the words of an exec form, without options such as ``--interval=30s``, and ``CMD``.

    Raises:
        ValueError: if it is in shell form.
    """
    words: list[str] = json.loads(text[text.index("[") :])
    before = shlex.split(text[: text.index("[")])
    if not all(word.startswith("--") or word == "CMD" for word in before):
        message = f"not in exec form: {text}"
        raise ValueError(message)
    return words
