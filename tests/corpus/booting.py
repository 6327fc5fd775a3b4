"""Boot profiles for real, and tell what came of it.

What a boot is depends on the profile's role: a web profile is served by `assembler run` and answers
a request, a migrations profile is carried out by `assembler migrate`, and of any other the app is
assembled for `assembler flask PROFILE routes`. No part of `lint` has a share in it.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tests.support.processes import free_port, http_get, start_process, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.support.processes import RunningProcess

__all__ = ["CORPUS", "ENV", "Boot", "Corpus", "boot_all", "load_record", "write_record"]

HERE = Path(__file__).parent
PROFILES = HERE.parent / "profiles"
# The environment of every profile.
ENV = {
    "SHOP_TITLE": "Corner: shop #1",
    "SHOP_MODE": "Production",
    "SHOP_PORT": "8000",
    "SHOP_EMPTY": "",
    "SHOP_DSN": "https://key:geheim-dsn@errors.example.org/1",
}
ROLE = re.compile(r"^role: (\w+)", re.MULTILINE)
FINDING = re.compile(r": (?:error|warning|info)\[ASM\d{3}\] .* \[([a-z-]+)\]$", re.MULTILINE)
LIMIT_SECONDS = 30.0


class Boot(NamedTuple):
    """How one boot ended."""

    boots: bool
    said: tuple[str, ...]  # the names of what was reported, sorted


class Corpus(NamedTuple):
    """A folder of profiles, and the file that keeps how they boot."""

    name: str
    folder: Path

    @property
    def record(self) -> Path:
        """Where the outcomes are."""
        return HERE / f"{self.name}.json"

    def iter_profiles(self) -> Iterator[str]:
        """Return the profiles that are no bases, by name."""
        yield from sorted(file.stem for file in self.folder.glob("*.yaml"))


CORPUS = (
    Corpus("cases", HERE / "cases"),
    Corpus("failing", PROFILES / "failing"),
    Corpus("broken", PROFILES / "broken"),
)


def boot_all(corpus: Corpus, names: list[str], folder: Path) -> dict[str, Boot]:
    """Boot the profiles called ``names``, each in a copy of their folder; that is in ``folder``.

    An app leaves files behind, and the next one is not to find them.
    """

    def boot(name: str) -> Boot:
        copy = folder / f"{corpus.name}-{name}" / corpus.folder.name
        shutil.copytree(
            corpus.folder, copy, ignore=shutil.ignore_patterns("__pycache__", "*.expected")
        )
        for beside in set(corpus.folder.parent.iterdir()) - {corpus.folder}:
            (copy.parent / beside.name).symlink_to(beside)  # some name what is outside
        outcome = _boot(f"{name}.yaml", copy)
        shutil.rmtree(copy.parent)
        return outcome

    with ThreadPoolExecutor(os.cpu_count()) as executor:
        return dict(zip(names, executor.map(boot, names), strict=True))


def load_record(corpus: Corpus) -> dict[str, Boot]:
    """Return what was recorded, by the profile's name."""
    plain = json.loads(corpus.record.read_text("utf-8"))
    return {name: Boot(one["boots"], tuple(one["said"])) for name, one in plain.items()}


def write_record(corpus: Corpus, outcomes: Mapping[str, Boot]) -> None:
    """Keep outcomes, in the order of the profiles."""
    plain = {name: outcomes[name]._asdict() for name in sorted(outcomes)}
    corpus.record.write_text(json.dumps(plain, indent=1, ensure_ascii=False) + "\n", "utf-8")


def _boot(profile: str, folder: Path) -> Boot:
    text = (folder / profile).read_bytes().decode("utf-8", "replace")
    role = ROLE.search(text)
    words = {"web": "run", "migrations": "migrate"}.get(role[1] if role else "web", "flask")
    args = ["-m", "assembler", words, profile]
    port = free_port()
    if words == "run":
        # A profile that says its own address is there for what is wrong with it.
        args += ["--no-reload", *([] if "bind:" in text else ["--bind", f"127.0.0.1:{port}"])]
    if words == "flask":
        args.append("routes")
    running = start_process(args, folder, folder.parent, {"HOME": str(folder), **ENV})
    try:
        if words == "run":
            boots = _wait_for_answer(running, port)
        else:
            boots = running.wait(timeout_seconds=LIMIT_SECONDS) == 0
    finally:
        running.kill_group()
    output = running.stdout + running.stderr
    assert "Traceback" not in output, output
    return Boot(boots, tuple(sorted(set(FINDING.findall(output)))))


def _wait_for_answer(running: RunningProcess, port: int) -> bool:
    """Wait for an answer, whatever its status, or for the server's end."""

    def look() -> str | None:
        if running.popen.poll() is not None:
            return "ended"
        try:
            http_get(f"http://127.0.0.1:{port}/", timeout_seconds=5)
        except OSError:
            return None
        return "answered"

    return wait_until(look, "answer or end", timeout_seconds=LIMIT_SECONDS) == "answered"
