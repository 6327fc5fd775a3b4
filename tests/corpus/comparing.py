"""Compare what `lint` says with what happens."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from tests.corpus.booting import ENV
from tests.support.forking import has_patches
from tests.support.processes import run_cli

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.corpus.booting import Boot, Corpus

__all__ = ["Compared", "Verdict", "compare", "lint_corpus"]


class Verdict(NamedTuple):
    """What `lint` says of one profile."""

    errors: frozenset[str]  # the names of the codes
    others: frozenset[str]  # of warnings and infos


class Compared(NamedTuple):
    """Where the two differ: the profiles by name."""

    missed: frozenset[str]  # clean, and does not boot
    false: frozenset[str]  # an error, and boots


def lint_corpus(corpus: Corpus, *, is_deep: bool) -> dict[str, Verdict]:
    """Lint a corpus with its environment, and give the verdict on each of its profiles.

    Profiles without patches are linted apart: what assembles them may be prepared.
    """
    names = list(corpus.iter_profiles())
    patched = [name for name in names if has_patches([f"{name}.yaml"], corpus.folder)]
    parts = (patched, sorted({*names} - {*patched}))
    return {
        name: verdict for part in parts for name, verdict in _lint(corpus, part, is_deep).items()
    }


def _lint(corpus: Corpus, names: list[str], is_deep: bool) -> dict[str, Verdict]:  # noqa: FBT001 - as above
    args = ["-m", "assembler", "lint", "--output-format", "json", "--env"]
    args += ["--deep"] if is_deep else []
    done = run_cli(
        [*args, *(f"{name}.yaml" for name in names)], corpus.folder, ENV, timeout_seconds=300
    )
    assert done.returncode in {0, 1}, done.stderr
    errors: dict[str, set[str]] = {name: set() for name in names}
    others: dict[str, set[str]] = {name: set() for name in names}
    for found in json.loads(done.stdout):
        # What stands in a base is reported there once, with its children beside it.
        paths = {found["path"], *(note["path"] for note in found["related"])}
        into = errors if found["severity"] == "error" else others
        for name in names:
            if f"{name}.yaml" in paths:
                into[name].add(found["name"])
    return {name: Verdict(frozenset(errors[name]), frozenset(others[name])) for name in names}


def compare(boots: Mapping[str, Boot], verdicts: Mapping[str, Verdict]) -> Compared:
    """Return the profiles of which `lint` says something else than what happens."""
    missed = {name for name, one in boots.items() if not one.boots and not verdicts[name].errors}
    false = {name for name, one in boots.items() if one.boots and verdicts[name].errors}
    return Compared(frozenset(missed), frozenset(false))
