"""Measure the rows that are named, or all of them; print a table and write every value as JSON."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.guarding import stand_guard
from benchmarks.measuring import measure_row
from benchmarks.results import build_json, render_table
from benchmarks.rows import TABLE, get_row

__all__ = ["main"]

RESULTS_FILE = Path(__file__).resolve().parent / "results" / "latest.json"


def main(words: list[str] | None = None) -> int:
    """Measure, and give the exit status: a reach that is missed is said, and is no failure."""
    given = _build_parser().parse_args(words)
    unknown = [name for name in given.names if name not in TABLE]
    if unknown:
        sys.stderr.write(f"error: no row is called {', '.join(unknown)}\n")
        sys.stderr.write(f"hint: Name some of {', '.join(TABLE)}.\n")
        return 2
    started = datetime.now(UTC)
    all_measured = [measure_row(get_row(name), given.pairs) for name in given.names or TABLE]
    given.json.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(build_json(all_measured, started), indent=1)
    given.json.write_text(f"{text}\n", encoding="utf-8")
    sys.stdout.write(f"{render_table(all_measured)}\n")
    return 0


def _build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"some of {', '.join(TABLE)}")
    parser.add_argument(
        "--pairs", type=_parse_count, metavar="N", help="how many pairs of each row"
    )
    parser.add_argument(
        "--json", type=Path, default=RESULTS_FILE, metavar="FILE", help="where every value goes"
    )
    return parser


def _parse_count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        message = f'expected a number from 1, got "{text}"'
        raise argparse.ArgumentTypeError(message)
    return int(text)


if __name__ == "__main__":
    stand_guard()
    sys.exit(main())
