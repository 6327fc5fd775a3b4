"""Check profiles without importing or running the project."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Collector, Diagnostic, Place, Related, Severity
from assembler.linting.facts.lint_facts import FolderFacts, ProfileFacts
from assembler.linting.files import ProfileFiles
from assembler.linting.gathered import Gathered, drop_explained
from assembler.linting.rules import CHECKED, get_rule
from assembler.linting.sharing import share_out
from assembler.linting.summary import build_summary
from assembler.linting.targets import Target
from assembler.modules.module_index import ModuleIndex, find_module_folders
from assembler.planning.loading import Surroundings, build_checked_plan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from assembler.linting.facts.profile_summary import ProfileSummary
    from assembler.linting.selection import Selection
    from assembler.linting.silence import Silences
    from assembler.policy import Policy

    # Given the profiles without an error, gives what is found by assembling each of them.
    Deepen = Callable[[Sequence[str]], Mapping[str, list[Diagnostic]]]

__all__ = ["Linter", "Outcome"]

# An abstract base is not blamed for what its children supply.
OF_THE_CHILDREN = frozenset(
    code.number
    for code in (
        codes.MISSING_KEY,
        codes.UNKNOWN_CONSTRAINT,
        codes.PATCH_NEED_MISSING,
        codes.UNSET_VARIABLE,
        codes.REQUIRED_VARIABLE,
        codes.UNKNOWN_STEP,
        codes.STEP_WAS_SKIPPED,
    )
)
LIMIT_SHAPES = 1_000  # of profiles in a folder: where there are more, each is of its own shape
LIMIT_RELATED = 3  # profiles that are named with a fault of their base


@dataclass(frozen=True, slots=True)
class Outcome:
    """What linting found, sorted and without repeats, and how many profiles it checked."""

    diagnostics: tuple[Diagnostic, ...]
    profiles: int
    paths: tuple[str, ...] = ()  # of those profiles, as shown

    def count(self, severity: Severity) -> int:
        """Count the findings of one severity."""
        return sum(found.severity is severity for found in self.diagnostics)


@dataclass(slots=True, eq=False, repr=False)
class _Folder:
    """What is kept of the profiles of a folder; of equal `web` profiles, only the first."""

    profiles: list[ProfileSummary] = field(default_factory=list)
    _webs: set[tuple[object, ...]] = field(default_factory=set)

    def add(self, summary: ProfileSummary) -> None:
        """Keep what rules compare of a profile: there may be thousands of equal ones."""
        if summary.role == "web":
            compared = summary.compared
            if compared in self._webs:
                return
            if len(self._webs) < LIMIT_SHAPES:
                self._webs.add(compared)
        self.profiles.append(summary)

    def absorb(self, other: _Folder) -> None:
        """Add what another process kept of the folder."""
        for summary in other.profiles:
            self.add(summary)


@dataclass(slots=True, eq=False, repr=False)
class _Seen:
    """What was found in some profiles; it can be pickled."""

    silences: dict[str, Silences]  # by path
    found: list[tuple[str, list[Diagnostic]]] = field(default_factory=list)
    folders: dict[str, _Folder] = field(default_factory=dict)
    complete: list[str] = field(default_factory=list)  # could be run, as far as planning can tell

    def absorb(self, other: _Seen) -> None:
        """Add what was found in further profiles."""
        self.silences |= other.silences
        self.found += other.found
        self.complete += other.complete
        for path, folder in other.folders.items():
            self.folders.setdefault(path, _Folder()).absorb(folder)


class Linter:
    """Lint profiles; may be used again and again, as an editor's language server does."""

    def __init__(
        self,
        policy: Policy,
        selection: Selection,
        env: Mapping[str, str] | None = None,
        *,
        processes: int = 1,
    ) -> None:
        """Load the rules that are on.

        Args:
            policy: What is in force.
            selection: Which rules are on.
            env: The environment; ``None`` if it is not known: unset variables are not reported.
            processes: How many to use for many profiles. All but this one are forked, which needs a
                process of one thread.
        """
        self.policy = policy
        self.selection = selection
        self.env = env
        self.processes = processes
        known = [get_rule(name) for name in CHECKED]
        rules = [rule for rule in known if rule.code.number in selection.numbers]
        self._checks = [
            (rule.check_profile, rule.asks_abstract) for rule in rules if rule.check_profile
        ]
        self._folder_checks = [rule.check_folder for rule in rules if rule.check_folder]
        self._modules = ModuleIndex(find_module_folders(policy, Path.cwd()))
        self._files = ProfileFiles(rules)

    def lint_text(self, text: bytes, path: str) -> Outcome:
        """Lint ``text`` as if it were the contents of the file ``path``."""
        return self.lint([Target(path, text)])

    def lint_alone(self, path: str, targets: Iterable[Target] = ()) -> list[Diagnostic]:
        """Lint one profile without those that extend it, and without fixes.

        Args:
            path: The profile.
            targets: It, or a base of it, with the text that counts in place of the file's.
        """
        self._modules.refresh()
        self._files.start(targets)
        found = Gathered()
        for one in self._lint_profile(path, _Seen(self._files.silences)):
            found.add(one, path)
        return sorted(self._keep(found, {path}), key=lambda one: one.sort_key)

    def lint(
        self,
        targets: Iterable[Target],
        deepen: Deepen | None = None,
        *,
        has_fixes: bool = True,
    ) -> Outcome:
        """Lint ``targets``, and every profile that extends one of them.

        Args:
            targets: The files to lint.
            deepen: Checks the profiles without an error further.
            has_fixes: Whether to add fixes to the findings, which takes longer.
        """
        self._modules.refresh()
        self._files.start(targets)
        wanted = dict.fromkeys(one.path for one in targets)
        gathered = Gathered()
        profiles = (self.policy.root or Path.cwd()) / self.policy.settings.profiles
        paths = [*wanted, *self._files.find_children(wanted, profiles, self.policy.root)]
        seen = self._look_at(paths)
        for path, own in seen.found:
            for found in own:
                gathered.add(found, path)
        for folder in seen.folders.values():
            facts = FolderFacts(folder.profiles)
            for check in self._folder_checks:
                for found in check(facts):
                    gathered.add(found)
        if deepen is not None:
            for path, deeper in deepen(self._find_sound(seen.complete, gathered)).items():
                gathered.add_deeper(deeper, path)
        kept = self._keep(gathered, set(paths))
        kept += self._iter_unused_silences(wanted, is_deep=deepen is not None)
        if kept and has_fixes:
            from assembler.linting.fixable import attach_fixes  # noqa: PLC0415 - not for what is clean

            kept = attach_fixes(kept, self._files.read)
        ordered = sorted(kept, key=lambda found: found.sort_key)
        return Outcome(tuple(_say_once(ordered)), len(paths), tuple(paths))

    def _keep(self, gathered: Gathered, looked_at: set[str]) -> list[Diagnostic]:
        """Return the findings that are on, not silenced, and not explained by others."""
        kept = [
            _relate(found, children, looked_at)
            for found, children in gathered
            if self.selection.has(found) and not self._files.is_silenced(found)
        ]
        return drop_explained(kept)

    def _look_at(self, paths: Sequence[str]) -> _Seen:
        # The first alone: it loads what the others need, which is then there in each process.
        seen = self._lint_profiles(paths[:1])
        for other in share_out(self._lint_profiles, paths[1:], self.processes):
            seen.absorb(other)
        return seen

    def _lint_profiles(self, paths: Sequence[str]) -> _Seen:
        seen = _Seen(self._files.silences)
        for path in paths:
            found = self._lint_profile(path, seen)
            if found:
                seen.found.append((path, found))
        return seen

    def _lint_profile(self, path: str, seen: _Seen) -> list[Diagnostic]:
        found = Collector()
        load = partial(self._files.load, path)
        around = Surroundings(self.env, self.policy.root, load, is_installed=self._is_installed)
        plan = build_checked_plan(path, around, found)
        if plan is None:
            return found.found
        profile = plan.profile
        facts = ProfileFacts(profile, plan, self.policy, self._modules, self.env)
        for check, asks_abstract in self._checks:
            if asks_abstract or not profile.abstract:
                found.found.extend(check(facts))
        if profile.abstract:
            return [one for one in found.found if one.code not in OF_THE_CHILDREN]
        folder = os.path.dirname(path)  # noqa: PTH120 - text in, text out
        seen.folders.setdefault(folder, _Folder()).add(build_summary(facts))
        seen.complete.append(path)
        return found.found

    def _find_sound(self, complete: Iterable[str], gathered: Gathered) -> list[str]:
        """Return the profiles of ``complete`` without an error."""
        faulty = {
            path
            for found, children in gathered
            if found.severity is Severity.ERROR
            and self.selection.has(found)
            and not self._files.is_silenced(found)
            for path in (found.place.path, *children)
        }
        return [path for path in complete if path not in faulty]

    def _iter_unused_silences(self, paths: Iterable[str], *, is_deep: bool) -> Iterator[Diagnostic]:
        for path in paths:
            silences = self._files.silences.get(path)
            if silences is not None:
                unused = silences.iter_unused(
                    self.selection, is_deep=is_deep, has_env=self.env is not None
                )
                yield from filter(self.selection.has, unused)

    def _is_installed(self, module: str) -> bool:
        return self._modules.find_module(module) is not None


def _say_once(ordered: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """Leave out each but the first that says where to lint from."""
    is_said = False
    for found in ordered:
        is_about_project = found.code == codes.PROJECT_NOT_FOUND.number
        if not (is_about_project and is_said):
            yield found
        is_said = is_said or is_about_project


def _relate(found: Diagnostic, children: list[str], looked_at: set[str]) -> Diagnostic:
    """Name the profiles that inherit a fault of their base.

    If the base by itself has no fault, name the profiles in which it is one.
    """
    inheriting = [path for path in children if path != found.place.path]
    if not inheriting:
        return found
    is_well = found.place.path in looked_at and found.place.path not in children
    words = "reported for this profile" if is_well else "inherited here"
    related = [Related(Place(path), words) for path in inheriting[:LIMIT_RELATED]]
    return replace(found, related=(*found.related, *related))
