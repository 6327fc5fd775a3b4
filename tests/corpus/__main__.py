"""Record how the profiles boot: ``python -m tests.corpus record [NAME…]``."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.corpus.booting import CORPUS, boot_all, load_record, write_record
from tests.corpus.comparing import compare, lint_corpus


def record(names: list[str]) -> None:
    """Boot every profile, or those called ``names``, and keep what came of it."""
    with tempfile.TemporaryDirectory() as folder:
        for corpus in CORPUS:
            known = load_record(corpus) if corpus.record.exists() else {}
            there = list(corpus.iter_profiles())
            wanted = [name for name in there if not names or name in names]
            booted = boot_all(corpus, wanted, Path(folder))
            outcomes = {name: one for name, one in {**known, **booted}.items() if name in there}
            write_record(corpus, outcomes)
            boots = sum(one.boots for one in outcomes.values())
            print(f"{corpus.name}: {boots} of {len(outcomes)} boot")  # noqa: T201 - its task


def report() -> None:
    """Print where what `lint` says is not what happens."""
    for is_deep in (False, True):
        for corpus in CORPUS:
            found = compare(load_record(corpus), lint_corpus(corpus, is_deep=is_deep))
            depth = "lint --deep" if is_deep else "lint"
            print(  # noqa: T201 - its task
                f"{corpus.name}, {depth}: {len(found.missed)} missed {sorted(found.missed)}, "
                f"{len(found.false)} false {sorted(found.false)}"
            )


if __name__ == "__main__":
    if sys.argv[1:2] == ["record"]:
        record(sys.argv[2:])
    report()
