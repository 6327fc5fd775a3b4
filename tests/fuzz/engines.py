"""Choose inputs: the densest, by chance, by hypothesis, and by what atheris sees them reach."""

from __future__ import annotations

import random
import sys
from contextlib import ExitStack
from importlib.util import find_spec
from typing import TYPE_CHECKING

from tests.fuzz.dense import build_dense
from tests.fuzz.mutation import LIMIT_BYTES, mutate

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    Try = Callable[[bytes], None]
    Load = Callable[[], Try]

__all__ = ["ENGINES", "find_engines"]

NEVER_SECONDS = 1_000_000  # atheris takes 0 for at once, and ends at the first slow input
SHARE_OF_OURS = 0.5  # of atheris's mutations; the others are its own, of bytes


def run_by_chance(load: Load, seeds: list[bytes], count: int, seed: int, _folder: Path) -> None:
    """Try ``count`` mutations, as fast as that goes."""
    attempt = load()
    chance = random.Random(seed)  # noqa: S311 - it chooses texts
    for _ in range(count):
        attempt(mutate(seeds, chance))


def run_dense(load: Load, _seeds: list[bytes], count: int, _seed: int, _folder: Path) -> None:
    """Try profiles in which one thing stands as often as it can: the last ``count`` of them."""
    attempt = load()
    for source in [*build_dense(LIMIT_BYTES).values()][-count:]:
        attempt(source)


def run_hypothesis(load: Load, seeds: list[bytes], count: int, seed: int, _folder: Path) -> None:
    """Let hypothesis draw what the mutations choose by chance; it shrinks what it finds."""
    import hypothesis  # noqa: PLC0415 - only this engine needs it
    from hypothesis import strategies as st  # noqa: PLC0415 - see above

    attempt = load()

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=count,
        database=None,
        deadline=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(st.randoms(use_true_random=False))
    def try_one(chance: random.Random) -> None:
        attempt(mutate(seeds, chance))

    try_one()


def run_atheris(load: Load, seeds: list[bytes], count: int, seed: int, folder: Path) -> None:
    """Let atheris look for inputs that reach lines that none has reached. Does not return."""
    import atheris  # noqa: PLC0415 - it is not there on every system

    with ExitStack() as stack:
        instrumenting: AbstractContextManager[object] = atheris.instrument_imports(
            include=["assembler", "yaml"], enable_loader_override=False
        )
        stack.enter_context(instrumenting)
        attempt = load()
    corpus = folder / "corpus"
    corpus.mkdir()
    for number, source in enumerate(seeds):
        (corpus / f"{number:04}").write_bytes(source)

    def change(source: bytes, limit_bytes: int, number: int) -> bytes:
        chance = random.Random(number)  # noqa: S311 - it chooses texts
        if chance.random() < SHARE_OF_OURS:
            return mutate([source], chance)[:limit_bytes]
        changed: bytes = atheris.Mutate(source, len(source))
        return changed

    options = {
        "runs": count,
        "seed": seed,
        "max_len": LIMIT_BYTES,
        "timeout": NEVER_SECONDS,  # who watches knows better: it saves the input
        "rss_limit_mb": 4096,
        "artifact_prefix": f"{folder}/",
        "print_final_stats": 1,
    }
    arguments = [f"-{name}={value}" for name, value in options.items()]
    atheris.Setup([sys.argv[0], *arguments, str(corpus)], attempt, custom_mutator=change)
    atheris.Fuzz()


ENGINES: dict[str, Callable[[Load, list[bytes], int, int, Path], None]] = {
    "dense": run_dense,
    "chance": run_by_chance,
    "hypothesis": run_hypothesis,
    "atheris": run_atheris,
}


def find_engines() -> list[str]:
    """Return the engines that this system has: atheris comes as a wheel for Linux only."""
    return [name for name in ENGINES if name != "atheris" or find_spec("atheris") is not None]
