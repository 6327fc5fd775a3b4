"""Find out what the tests would not notice: ``python -m tests.mutants [PART…]``.

Prints how many mutants of each module were killed, and those that survived with what was changed,
and exits with 1 if fewer are killed than ``--least`` says. All outcomes are in
``build/mutants/outcomes.jsonl``.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.mutants.mutation import Mutant, iter_mutants
from tests.mutants.trying import measure_reach, try_collected, try_imports

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parents[2]
# What decides what a profile means, and what is never shown.
PARTS = (
    "language/merging.py",
    "language/merging_steps.py",
    "language/merging_values.py",
    "planning/plan.py",
    "planning/step_order.py",
    "policy.py",
    "references/reference.py",
    "references/values.py",
    "secrets",
    "steps/sources",
)
# Only what runs in this process: a test that starts another would not see the mutant.
TESTS = (
    *("assembling/test_assembly.py", "assembling/test_create.py", "language", "planning"),
    *("references", "secrets", "steps/sources", "test_policy.py", "mutants/whole_profiles.py"),
)
LEFT_OUT = ("test_profiles.py", "test_profiles_mutated.py", "test_schema.py")
WRITTEN = ROOT / "build" / "mutants"
LEAST_PERCENT = 85


def main() -> int:
    """Try the mutants that the command line asks for; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("parts", nargs="*", default=PARTS, metavar="PART")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--tests", nargs="+", default=list_tests())
    parser.add_argument("--least", type=int, default=LEAST_PERCENT, help="percent to be killed")
    options = parser.parse_args()
    os.chdir(ROOT)
    shutil.rmtree(WRITTEN, ignore_errors=True)
    WRITTEN.mkdir(parents=True)
    files = find_files(options.parts)
    made = (mutant for file in files for mutant in make_mutants(file))
    mutants = [replace(mutant, number=number) for number, mutant in enumerate(made)]
    print(f"{len(mutants):,} mutants of {len(files)} modules", flush=True)
    reach = measure_reach(files, options.tests, WRITTEN / "reach.json")
    print(f"{len(reach.seconds):,} tests, {sum(reach.seconds.values()):.0f} s of them", flush=True)
    outcomes = WRITTEN / "outcomes.jsonl"
    outcomes.touch()

    def report(mutant: Mutant, killed: bool) -> None:  # noqa: FBT001 - it is called with two
        with outcomes.open("a", encoding="utf-8") as file:
            file.write(json.dumps({**describe(mutant), "killed": killed}) + "\n")

    def read() -> list[dict[str, Any]]:
        return [json.loads(line) for line in outcomes.read_text("utf-8").splitlines()]

    try_collected(mutants, reach, options.tests, options.jobs, report)
    numbers = {one["number"] for one in read()}
    left = [one for one in mutants if one.number not in numbers]
    try_imports(left, reach, options.jobs, report)
    tried = read()
    print(render_table(tried))
    killed = sum(one["killed"] for one in tried)
    return int(len(tried) < len(mutants) or 100 * killed < options.least * len(tried))


def list_tests() -> list[str]:
    """Return the files and folders of the tests, and the options that leave some of them out."""
    left_out = (f"--ignore=tests/planning/{name}" for name in LEFT_OUT)
    return [*(f"tests/{name}" for name in TESTS), *left_out]


def find_files(parts: Sequence[str]) -> list[Path]:
    """Return the modules of the package that ``parts``, files and folders of it, stand for."""
    paths = [ROOT / "assembler" / part for part in parts]
    return [
        file for path in paths for file in (sorted(path.rglob("*.py")) if path.is_dir() else [path])
    ]


def make_mutants(file: Path) -> list[Mutant]:
    """Return every mutant of a module."""
    parts = file.relative_to(ROOT).with_suffix("").parts
    module = ".".join(parts).removesuffix(".__init__")
    return list(iter_mutants(module, file.read_text("utf-8"), str(file)))


def describe(mutant: Mutant) -> dict[str, Any]:
    """Return what there is to say of a mutant."""
    file = Path(mutant.code.co_filename).relative_to(ROOT)
    return {
        "number": mutant.number,
        "place": f"{file}:{mutant.line}",
        "function": mutant.function,
        "kind": mutant.kind,
        "change": mutant.change,
    }


def render_table(tried: Sequence[dict[str, Any]]) -> str:
    """Return the survivors, and a table with a row for each module and each kind."""
    survivors = sorted(
        (one for one in tried if not one["killed"]),
        key=lambda one: (one["place"].partition(":")[0], int(one["place"].rpartition(":")[2])),
    )
    lines = [f"{one['place']}: {one['kind']}: {one['change']}" for one in survivors]
    for key in ("module", "kind"):
        total: Counter[str] = Counter()
        killed: Counter[str] = Counter()
        for one in tried:
            name = one["place"].partition(":")[0] if key == "module" else one["kind"]
            total[name] += 1
            killed[name] += one["killed"]
        lines += ["", f"{key:40} mutants  killed"]
        lines += [
            f"{name:40} {total[name]:7}  {killed[name] / total[name]:6.1%}"
            for name in sorted(total)
        ]
    share = 1 - len(survivors) / len(tried) if tried else 0
    lines += ["", f"{len(tried):,} mutants, {share:.1%} killed, {len(survivors):,} survived"]
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main())
