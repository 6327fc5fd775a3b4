"""Fix what can be fixed safely, and undo what makes anything worse.

A file that cannot be read is fixed first, and only if it can be read afterwards. Then all fixes
that do not touch each other are applied at once, in two passes: what only shows after the first
pass is fixed in the second, and what would need a third says so. A pass must add no error, and must
fix what it was for; if it does not, each of its fixes is tried by itself.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Related, Severity
from assembler.linting.edits import apply_fixes, choose_fixes
from assembler.linting.source_text import SourceText, Texts, read_texts
from assembler.linting.targets import Target

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from assembler.diagnostics.diagnostic import Diagnostic, Fix
    from assembler.linting.engine import Linter, Outcome

__all__ = ["ANOTHER_RUN", "Fixed", "FixedFile", "fix_profiles"]

PASSES = 2
ANOTHER_RUN = "another run of --fix is needed"
LIMIT_ATTEMPTS = 128  # fixes of a pass that are tried by themselves: each lints a file
# What keeps a file from being read, and is fixed in its text.
OF_THE_TEXT = frozenset(
    code.number for code in (codes.TAB, codes.MISSING_SPACE, codes.QUOTE_INTERPOLATION)
)

Identity = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class FixedFile:
    """A file that fixing changes, and how many findings that fixes."""

    path: str  # as shown
    before: bytes
    after: bytes
    count: int


@dataclass(frozen=True, slots=True)
class Fixed:
    """What fixing changes, what remains then, and why."""

    files: tuple[FixedFile, ...]
    outcome: Outcome
    reasons: Mapping[Identity, str]

    @property
    def count(self) -> int:
        """How many findings are fixed."""
        return sum(file.count for file in self.files)

    def explain(self, outcome: Outcome) -> Outcome:
        """Replace the fix of each finding that could not be fixed safely with the reason."""
        found = tuple(self._explain(one) for one in outcome.diagnostics)
        return replace(outcome, diagnostics=found)

    def _explain(self, found: Diagnostic) -> Diagnostic:
        reason = self.reasons.get(_identify(found))
        if reason is None or found.fix is None:
            return found
        note = Related(found.place, f"not fixed: {reason}")
        return replace(found, related=(*found.related, note), fix=None)


def fix_profiles(linter: Linter, targets: Sequence[Target]) -> Fixed:
    """Fix the files of ``targets`` in memory; reads them, and writes nothing."""
    fixing = _Fixing(linter, targets)
    fixing.make_readable()
    fixing.fix_in_passes()
    return fixing.finish()


@dataclass(slots=True)
class _Fixing:
    linter: Linter
    targets: Sequence[Target]
    before: Texts = field(init=False)
    texts: Texts = field(init=False)
    outcome: Outcome = field(init=False)
    counts: Counter[str] = field(default_factory=Counter)  # of what was fixed, by path
    unread: set[str] = field(default_factory=set)  # the files that cannot be made readable
    refused: dict[Identity, str] = field(default_factory=dict)  # why, by what was not fixed

    def __post_init__(self) -> None:
        self.before = read_texts(self.targets)
        self.texts = dict(self.before)
        self.outcome = self._lint(self.texts)

    def make_readable(self) -> None:
        """Fix the text of files that cannot be read; one that still cannot stays as it was."""
        found = _group(self._iter_fixable(OF_THE_TEXT))
        changed = False
        for path in found:
            text = self.texts[path]
            if SourceText(path, text).root is not None:
                continue
            fixed, count = self._fix_text(path, text)
            if fixed is None:
                self.unread.add(path)
                self._refuse(found[path], "the file would still be unreadable")
            else:
                self.texts[path], changed = fixed, True
                self.counts[path] += count
        # All else in a file that cannot be read waits until it can.
        others = {one.place.path for one in self._iter_fixable()} - set(found)
        self.unread |= {path for path in others if SourceText(path, self.texts[path]).root is None}
        if changed:
            self.outcome = self._lint(self.texts)

    def fix_in_passes(self) -> None:
        """Fix all that can be fixed by now, then what only shows afterwards."""
        if all(self._fix_some() for _ in range(PASSES)):
            self._refuse(self._iter_fixable(), ANOTHER_RUN)

    def finish(self) -> Fixed:
        """Return what was fixed, and the reasons for what was not."""
        files = tuple(
            FixedFile(path, text, self.texts[path], self.counts[path])
            for path, text in self.before.items()
            if self.texts[path] != text
        )
        fixed = Fixed(files, self.outcome, self.refused)
        return replace(fixed, outcome=fixed.explain(self.outcome))

    def _fix_text(self, path: str, text: bytes) -> tuple[bytes | None, int]:
        count = 0
        for _ in text.splitlines():  # reading stops at the first fault, and a line has one at most
            alone = self.linter.lint([Target(path, text)])
            found = [one for one in alone.diagnostics if _is_fixable(one, {path}, OF_THE_TEXT)]
            source = SourceText(path, text)
            chosen = choose_fixes(source, (one.fix for one in found if one.fix))
            if not chosen:
                return None, 0
            text = apply_fixes(source, chosen)
            count += sum(one.fix in chosen for one in found)
            if SourceText(path, text).root is not None:
                return text, count
        return None, 0

    def _fix_some(self) -> bool:
        """Apply the fixes that can be applied together; return whether there were any."""
        left = list(self._iter_fixable())
        while left:
            chosen = self._choose(left)
            accepted = self._accept(chosen)
            if accepted:
                self.texts, _ = self._try(accepted)
                self.outcome = self._lint(self.texts)
                self.counts.update(one.place.path for one in accepted)
                return True
            left = [one for one in left if one not in chosen]
        return False

    def _choose(self, found: Iterable[Diagnostic]) -> list[Diagnostic]:
        chosen: list[Diagnostic] = []
        for path, diagnostics in _group(found).items():
            source = SourceText(path, self.texts[path])
            fixes = choose_fixes(source, (one.fix for one in diagnostics if one.fix))
            chosen += [one for one in diagnostics if one.fix in fixes]
        return chosen

    def _accept(self, chosen: list[Diagnostic]) -> list[Diagnostic]:
        """Return those of ``chosen`` that together make nothing worse."""
        if self._find_fault(chosen, self._try(chosen)[1]) is None:
            return chosen
        accepted: list[Diagnostic] = []
        for attempt, found in enumerate(_group_by_fix(chosen)):
            others = [one for one in accepted if one.place.path == found[0].place.path]
            reason: str | None = "too many other fixes cause errors"
            if attempt < LIMIT_ATTEMPTS:
                reason = self._find_fault([*others, *found], self._try_alone([*others, *found]))
            if reason is None:
                accepted += found
            else:
                self._refuse(found, reason)
        reason = self._find_fault(accepted, self._try(accepted)[1]) if accepted else None
        if reason is None:
            return accepted
        self._refuse(accepted, reason)  # only one file's fixes with another's make it worse
        return []

    def _refuse(self, found: Iterable[Diagnostic], reason: str) -> None:
        for one in found:
            self.refused.setdefault(_identify(one), reason)

    def _try(self, found: list[Diagnostic]) -> tuple[Texts, Outcome]:
        """Return the outcome of fixing ``found``, for all targets."""
        texts = dict(self.texts)
        for path, diagnostics in _group(found).items():
            fixes = list(dict.fromkeys(one.fix for one in diagnostics if one.fix))
            texts[path] = apply_fixes(SourceText(path, self.texts[path]), fixes)
        return texts, self._lint(texts, has_fixes=False)

    def _try_alone(self, found: list[Diagnostic]) -> Outcome:
        """Return the outcome of fixing ``found`` in one file, for it and what extends it."""
        path = found[0].place.path
        fixes = list(dict.fromkeys(one.fix for one in found if one.fix))
        text = apply_fixes(SourceText(path, self.texts[path]), fixes)
        return self.linter.lint([Target(path, text)], has_fixes=False)

    def _find_fault(self, applied: Iterable[Diagnostic], after: Outcome) -> str | None:
        """Return what is worse ``after``, or is not fixed; ``None`` if nothing is."""
        old, new = _count(self.outcome), _count(after)
        for one in after.diagnostics:
            key = _identify(one)
            if one.severity is Severity.ERROR and new[key] > old[key]:
                return f"it would cause another error: {one.message}"
        fixed = Counter(_identify(one) for one in applied)
        is_fixed = all(new[key] <= old[key] - number for key, number in fixed.items())
        return None if is_fixed else "it would not fix this finding"

    def _iter_fixable(self, only: frozenset[str] | None = None) -> Iterable[Diagnostic]:
        paths = self.texts.keys() - self.unread
        return (one for one in self.outcome.diagnostics if _is_fixable(one, paths, only))

    def _lint(self, texts: Texts, *, has_fixes: bool = True) -> Outcome:
        targets = [one._replace(source=texts.get(one.path)) for one in self.targets]
        return self.linter.lint(targets, has_fixes=has_fixes)


def _is_fixable(found: Diagnostic, paths: AbstractSet[str], only: frozenset[str] | None) -> bool:
    return (
        found.fix is not None
        and (only is None or found.code in only)
        and all(edit.place.path == found.place.path for edit in found.fix.edits)
        and found.place.path in paths
    )


def _identify(found: Diagnostic) -> Identity:
    """Return what identifies a finding, even if lines above it change."""
    return (found.place.path, found.code, found.message)


def _count(outcome: Outcome) -> Counter[Identity]:
    return Counter(_identify(one) for one in outcome.diagnostics)


def _group(found: Iterable[Diagnostic]) -> dict[str, list[Diagnostic]]:
    by_path: dict[str, list[Diagnostic]] = {}
    for one in found:
        by_path.setdefault(one.place.path, []).append(one)
    return by_path


def _group_by_fix(found: Iterable[Diagnostic]) -> Iterable[list[Diagnostic]]:
    """Group findings with the same fix: one cannot be fixed without the other."""
    by_fix: dict[Fix | None, list[Diagnostic]] = {}
    for one in found:
        by_fix.setdefault(one.fix, []).append(one)
    return by_fix.values()
