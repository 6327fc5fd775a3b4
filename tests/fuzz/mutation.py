"""Bend a real profile: bytes, lines, tokens and nesting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.odd_values import ODD_VALUES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

__all__ = ["LIMIT_BYTES", "mutate"]

LIMIT_BYTES = 64 * 1024
LIMIT_MUTATIONS = 8
BYTES = b"\x00\t\n\r\x1b !\"#$%&'*,-.:<>?@[\\]`{|}~\x7f\x80\x85\xc2\xe2\xed\xef\xf0\xff019azAZ"
TOKENS = [
    *(value.encode() for value in ODD_VALUES),
    b": ", b"- ", b"? ", b"{", b"}", b"[", b"]", b", ", b" #", b"#", b"|\n", b">-\n", b"'", b'"',
    b"\n---\n", b"\n...\n", b"%YAML 1.1\n", b"&a ", b"*a", b"!!str ", b"!x ", b"<<: *a\n", b"\t",
    b"\r\n", b"\xef\xbb\xbf", b"\xc2\xa0", b"\xe2\x80\x8b", b"\xe2\x80\xa8", b"\xc2\x85", b"\xff",
    b"${", b"}", b"${A:-", b"${A:?x}", b"$${", b"$", b'"\\ud800"', b'"\\x41"', b"\\", b"9" * 600,
    b"# assembler: ignore[", b"# assembler: ignore-file[wrong-type]\n", b"1e999", b"0x_1", b"1_0",
    b"version: 1\n", b"extends: ../bases/shop.yaml\n", b"extends: fuzzed.yaml\n",
    b"abstract: true\n", b"extensions:\n", b"  - use: ", b"    with:\n", b"    when: ",
    b"patches: [gevent]\n", b"postgres://a:b@c/d", b"sqlite:///x.db", b"shop.models:db",
    b"shop.broken:x", b"shop:",
]  # fmt: skip
OPENERS = [b"[", b"{a: ", b"- ", b"? ", b"a:\n ", b"[[", b"${A:-", b"!x ", b"&a [*a, "]
ENCODINGS = ["utf-16", "utf-32", "latin-1", "utf-8-sig"]


def mutate(seeds: Sequence[bytes], chance: Random) -> bytes:
    """Return one of ``seeds`` with a few changes, of at most `LIMIT_BYTES`."""
    source = chance.choice(seeds)
    for _ in range(chance.randint(1, LIMIT_MUTATIONS)):
        change = chance.choice(RARE if chance.random() < RARE_SHARE else CHANGES)
        source = change(source, seeds, chance)[:LIMIT_BYTES]
    return source


def _cut(source: bytes, chance: Random, most: int) -> tuple[bytes, bytes, bytes]:
    start = chance.randint(0, len(source))
    end = min(len(source), start + chance.randint(0, most))
    return source[:start], source[start:end], source[end:]


def _delete(source: bytes, _: Sequence[bytes], chance: Random) -> bytes:
    before, _cut_out, after = _cut(source, chance, 12)
    return before + after


def _insert(source: bytes, _: Sequence[bytes], chance: Random) -> bytes:
    before, kept, after = _cut(source, chance, 0)
    added = bytes(chance.choices(BYTES, k=chance.randint(1, 4)))
    return before + added + kept + after


def _swap(source: bytes, _: Sequence[bytes], chance: Random) -> bytes:
    before, first, after = _cut(source, chance, 8)
    middle, second, end = _cut(after, chance, 8)
    return before + second + middle + first + end


def _flip(source: bytes, _: Sequence[bytes], chance: Random) -> bytes:
    if not source:
        return source
    position = chance.randrange(len(source))
    flipped = source[position] ^ (1 << chance.randrange(8))
    return source[:position] + bytes([flipped]) + source[position + 1 :]


def _truncate(source: bytes, _: Sequence[bytes], chance: Random) -> bytes:
    return source[: chance.randint(0, len(source))]


def _change_line(source: bytes, seeds: Sequence[bytes], chance: Random) -> bytes:
    """Move, drop, double, indent or replace a line."""
    lines = source.split(b"\n")
    index = chance.randrange(len(lines))
    line = lines.pop(index)
    how = chance.randrange(6)
    if how == 0:
        lines.insert(chance.randint(0, len(lines)), line)
    elif how == 1:
        lines[index:index] = [line] * chance.choice([2, 2, 2, 3, 200])
    elif how == 2:
        lines.insert(index, b" " * chance.randint(1, 5) + line)
    elif how == 3:
        lines.insert(index, line[chance.randint(1, 3) :])
    elif how == 4:
        lines.insert(index, chance.choice(chance.choice(seeds).split(b"\n")))
    return b"\n".join(lines)


def _splice_token(source: bytes, _: Sequence[bytes], chance: Random) -> bytes:
    before, kept, after = _cut(source, chance, 0)
    return before + chance.choice(TOKENS) + kept + after


def _replace_value(source: bytes, _: Sequence[bytes], chance: Random) -> bytes:
    """Put a token where a value stands, or where a key does."""
    lines = source.split(b"\n")
    index = chance.randrange(len(lines))
    key, colon, value = lines[index].partition(b": ")
    token = chance.choice(TOKENS)
    lines[index] = key + b": " + token if chance.random() < KEY_SHARE else token + colon + value
    return b"\n".join(lines)


def _splice_seed(source: bytes, seeds: Sequence[bytes], chance: Random) -> bytes:
    before, kept, after = _cut(source, chance, 40)
    _, other, _ = _cut(chance.choice(seeds), chance, 400)
    return before + other + (kept if chance.random() < KEY_SHARE else b"") + after


def _nest(source: bytes, _: Sequence[bytes], chance: Random) -> bytes:
    before, kept, after = _cut(source, chance, 40)
    opener = chance.choice(OPENERS)
    depth = chance.choice([2, 5, 99, 100, 101, 400, 30_000])
    closer = chance.choice([b"", {b"[": b"]", b"{a: ": b"}", b"${A:-": b"}"}.get(opener, b"")])
    return before + opener * depth + kept + closer * depth + after


def _repeat(source: bytes, _: Sequence[bytes], chance: Random) -> bytes:
    before, kept, after = _cut(source, chance, 200)
    return before + kept * chance.choice([2, 3, 10, 1000]) + after


def _encode(source: bytes, _: Sequence[bytes], chance: Random) -> bytes:
    return source.decode("utf-8", "replace").encode(chance.choice(ENCODINGS), "replace")


CHANGES: list[Callable[[bytes, Sequence[bytes], Random], bytes]] = [
    *(_delete, _insert, _swap, _flip, _change_line, _change_line),
    *(_splice_token, _replace_value, _replace_value, _splice_seed),
]
RARE = [_truncate, _nest, _repeat, _encode]
RARE_SHARE = 0.04  # they leave little for the later stages to look at
KEY_SHARE = 0.75
