"""Fix what can be fixed safely, and take back what makes anything worse.

Files are first made readable: a fix of the text itself counts if the file can be read afterwards.
Then fixes are applied in rounds, all that do not touch each other at once, until there are no more.
A round must leave no error that was not there before, and must mend what it was for; where it does
not, the fixes that are at fault are found by halves, and left out.
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
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from assembler.diagnostics.diagnostic import Diagnostic, Fix
    from assembler.linting.engine import Linter, Outcome

__all__ = ["Fixed", "FixedFile", "fix_profiles"]

LIMIT_ROUNDS = 200
LIMIT_ATTEMPTS = 128  # at telling the fixes of a round apart: each lints a file
# Those that keep a file from being read, where it is the text itself that is mended.
OF_THE_TEXT = frozenset(
    code.number for code in (codes.TAB, codes.MISSING_SPACE, codes.QUOTE_INTERPOLATION)
)

Identity = tuple[str, str, str]


if TYPE_CHECKING:
    Attempt = Callable[[list["Diagnostic"]], tuple[Texts, "Outcome"]]


@dataclass(frozen=True, slots=True)
class FixedFile:
    """A file that fixing changes, and how many findings of it that mends."""

    path: str  # as shown
    before: bytes
    after: bytes
    count: int


@dataclass(frozen=True, slots=True)
class Fixed:
    """What fixing gives: the files it changes, what then remains, and why some of it does."""

    files: tuple[FixedFile, ...]
    outcome: Outcome
    reasons: Mapping[Identity, str]

    @property
    def count(self) -> int:
        """How many findings are mended."""
        return sum(file.count for file in self.files)

    def explain(self, outcome: Outcome) -> Outcome:
        """Say, beside each finding that could not be fixed safely, why; its fix is taken away."""
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
    fixing.fix_in_rounds()
    return fixing.finish()


@dataclass(slots=True)
class _Fixing:
    linter: Linter
    targets: Sequence[Target]
    before: Texts = field(init=False)
    texts: Texts = field(init=False)
    outcome: Outcome = field(init=False)
    counts: Counter[str] = field(default_factory=Counter)  # of what was mended, by path
    unread: set[str] = field(default_factory=set)  # the files that cannot be read, nor mended
    attempts: int = 0  # of this round, at telling which fixes make nothing worse
    refused: dict[Identity, str] = field(default_factory=dict)  # why, by what was not fixed

    def __post_init__(self) -> None:
        self.before = read_texts(self.targets)
        self.texts = dict(self.before)
        self.outcome = self._lint(self.texts)

    def make_readable(self) -> None:
        """Mend the text of files that cannot be read; one that still cannot stays as it was."""
        found = _group(self._iter_fixable(OF_THE_TEXT))
        changed = False
        for path in found:
            text = self.texts[path]
            if SourceText(path, text).root is not None:
                continue
            mended, count = self._mend_text(path, text)
            if mended is None:
                self.unread.add(path)
                reason = "the file could still not be read"
                self.refused.update({_identify(one): reason for one in found[path]})
            else:
                self.texts[path], changed = mended, True
                self.counts[path] += count
        # All else in a file that cannot be read waits until it can.
        others = {one.place.path for one in self._iter_fixable()} - set(found)
        self.unread |= {path for path in others if SourceText(path, self.texts[path]).root is None}
        if changed:
            self.outcome = self._lint(self.texts)

    def fix_in_rounds(self) -> None:
        """Fix until nothing more can be fixed."""
        for _ in range(LIMIT_ROUNDS):
            if not self._fix_some():
                break

    def finish(self) -> Fixed:
        """Give what was done, and say of what was not fixed why."""
        files = tuple(
            FixedFile(path, text, self.texts[path], self.counts[path])
            for path, text in self.before.items()
            if self.texts[path] != text
        )
        fixed = Fixed(files, self.outcome, self.refused)
        return replace(fixed, outcome=fixed.explain(self.outcome))

    def _mend_text(self, path: str, text: bytes) -> tuple[bytes | None, int]:
        count = 0
        for _ in range(LIMIT_ROUNDS):
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
        """Apply the fixes that can be applied together; tell whether there were any."""
        left = list(self._iter_fixable())
        self.attempts = 0
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
        """Give those of ``chosen`` that make nothing worse along with each other."""
        if self._find_fault(chosen, self._try(chosen)[1]) is None:
            return chosen
        # Nearly always it is a matter of one file, and asking all of them anew takes long.
        sound = [
            one
            for found in _group(chosen).values()
            for one in self._sift([], found, self._try_alone)
        ]
        if not sound or self._find_fault(sound, self._try(sound)[1]) is None:
            return sound
        return self._sift([], sound, self._try)

    def _sift(
        self, sure: list[Diagnostic], tried: list[Diagnostic], attempt: Attempt
    ) -> list[Diagnostic]:
        """Give ``sure`` and those of ``tried`` that make nothing worse along with them."""
        self.attempts += 1
        reason: str | None = "too many others make something worse"
        if self.attempts <= LIMIT_ATTEMPTS:
            reason = self._find_fault([*sure, *tried], attempt([*sure, *tried])[1])
        if reason is None:
            return [*sure, *tried]
        # Findings with the same fix go together: one cannot be mended without the other.
        halves = _halve(tried) if self.attempts <= LIMIT_ATTEMPTS else None
        if halves is None:
            self.refused.update({_identify(one): reason for one in tried})
            return sure
        for half in halves:
            sure = self._sift(sure, half, attempt)
        return sure

    def _try(self, found: list[Diagnostic]) -> tuple[Texts, Outcome]:
        """Give what comes of fixing ``found``, for all that was named."""
        texts = dict(self.texts)
        for path, diagnostics in _group(found).items():
            fixes = list(dict.fromkeys(one.fix for one in diagnostics if one.fix))
            texts[path] = apply_fixes(SourceText(path, self.texts[path]), fixes)
        return texts, self._lint(texts, has_fixes=False)

    def _try_alone(self, found: list[Diagnostic]) -> tuple[Texts, Outcome]:
        """Give what comes of fixing ``found`` of one file, for it and what extends it."""
        path = found[0].place.path
        fixes = list(dict.fromkeys(one.fix for one in found if one.fix))
        text = apply_fixes(SourceText(path, self.texts[path]), fixes)
        return {path: text}, self.linter.lint([Target(path, text)], has_fixes=False)

    def _find_fault(self, applied: Iterable[Diagnostic], after: Outcome) -> str | None:
        """Say what is worse ``after``, or is not mended; ``None``: all is well."""
        old, new = _count(self.outcome), _count(after)
        for one in after.diagnostics:
            key = _identify(one)
            if one.severity is Severity.ERROR and new[key] > old[key]:
                return f"another error would be there: {one.message}"
        mended = Counter(_identify(one) for one in applied)
        is_mended = all(new[key] <= old[key] - number for key, number in mended.items())
        return None if is_mended else "it would still be there"

    def _iter_fixable(self, only: frozenset[str] | None = None) -> Iterable[Diagnostic]:
        paths = self.texts.keys() - self.unread
        return (one for one in self.outcome.diagnostics if _is_fixable(one, paths, only))

    def _lint(self, texts: Texts, *, has_fixes: bool = True) -> Outcome:
        targets = [replace(one, source=texts.get(one.path)) for one in self.targets]
        return self.linter.lint(targets, has_fixes=has_fixes)


def _is_fixable(found: Diagnostic, paths: AbstractSet[str], only: frozenset[str] | None) -> bool:
    return (
        found.fix is not None
        and (only is None or found.code in only)
        and all(edit.place.path == found.place.path for edit in found.fix.edits)
        and found.place.path in paths
    )


def _identify(found: Diagnostic) -> Identity:
    """Give what stays the same of a finding where lines above it come and go."""
    return (found.place.path, found.code, found.message)


def _count(outcome: Outcome) -> Counter[Identity]:
    return Counter(_identify(one) for one in outcome.diagnostics)


def _group(found: Iterable[Diagnostic]) -> dict[str, list[Diagnostic]]:
    by_path: dict[str, list[Diagnostic]] = {}
    for one in found:
        by_path.setdefault(one.place.path, []).append(one)
    return by_path


def _halve(found: list[Diagnostic]) -> tuple[list[Diagnostic], list[Diagnostic]] | None:
    """Split by fix; ``None`` where there is only one."""
    fixes: list[Fix | None] = list(dict.fromkeys(one.fix for one in found))
    if len(fixes) == 1:
        return None
    first = set(fixes[: len(fixes) // 2])
    rest = [one for one in found if one.fix not in first]
    return [one for one in found if one.fix in first], rest
