"""Find the steps of the catalogue that a profile lacks, by what only its factory's app has."""

from __future__ import annotations

import re
from importlib.metadata import packages_distributions
from typing import TYPE_CHECKING, NamedTuple

from assembler.steps.catalog import TABLE, find_known_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assembler.ledger.comparing import Difference
    from assembler.ledger.values import Ledger

__all__ = ["MissingStep", "find_missing_steps"]

NAMED = re.compile(r"(?<![\w.])([^\W\d][\w.]*):([\w.]+)")  # a module, and the path in it
# What others set as well: these come with a step only where something else does.
SIDE_KINDS = frozenset({"attribute", "config", "log_level", "log_handler"})


class MissingStep(NamedTuple):
    """A step that would make what only the factory's app has."""

    name: str
    library: str  # the module by which it is known
    differences: list[Difference]

    @property
    def hint(self) -> str:
        """What to do."""
        count = len(self.differences)
        said = "1 difference comes" if count == 1 else f"{count} differences come"
        return f"Add the step `{self.name}`: {said} from {self.library}."


def find_missing_steps(differences: Sequence[Difference], profile: Ledger) -> list[MissingStep]:
    """Return the missing steps, each with its differences, in the order of the first ones."""
    removed = [one for one in differences if one.change == "removed"]
    if not removed:
        return []
    installed = frozenset(packages_distributions())
    there = {step.use for step in profile.steps}
    found: dict[str, MissingStep] = {}
    aside: list[tuple[str, Difference]] = []
    for one in removed:
        known = _find_step(one, installed)
        if known is None or known[0] in there:
            continue
        name, library = known
        if one.kind in SIDE_KINDS:
            aside.append((name, one))
        else:
            found.setdefault(name, MissingStep(name, library, [])).differences.append(one)
    for name, one in aside:
        if name in found:
            found[name].differences.append(one)
    return list(found.values())


def _find_step(difference: Difference, installed: frozenset[str]) -> tuple[str, str] | None:
    """Return the step that makes it, and the library it is from; ``None``: it is of neither."""
    if difference.kind == "config":
        owners = (name for name, row in TABLE.items() if difference.key in row.config_keys)
        return next(((name, "") for name in owners), None)
    of_logger = [(difference.key, "")] if difference.kind == "log_level" else []
    for module, path in of_logger or NAMED.findall(difference.left or ""):
        top, name = module.partition(".")[0], path.rpartition(".")[2]
        words = (top, name) if name[:1].isupper() else (top,)
        known = find_known_names(words) if top in installed else []
        if known and TABLE[known[0]].module:
            return known[0], top
    return None
