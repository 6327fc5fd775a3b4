"""Test that no regular expression of the package takes more than linear time.

Files of 1 MiB come from outside: with a quadratic pattern one of them is minutes of work. The
patterns are those of the package's modules, by name, and those that their calls of `re` write out.
Each is tried with the methods that the package calls, on repetitions of what it is made of.
"""

from __future__ import annotations

import ast
import gc
import re
import time
from functools import cache
from importlib import import_module
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

import assembler
from assembler.files import LIMIT_BYTES
from assembler.linting.engine import Linter
from assembler.linting.selection import build_selection
from assembler.linting.targets import Target
from assembler.policy import find_policy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Parsed = Any  # Python's own parser of patterns has no types

# Python's own compiler of patterns, which has no public name.
sre_parse: Any = import_module("re._parser")
sre_compile: Any = import_module("re._compiler")
FOLDER = Path(assembler.__file__).parent
METHODS: dict[str, Callable[[Any, Any], object]] = {
    "search": lambda pattern, text: pattern.search(text),
    "match": lambda pattern, text: pattern.match(text),
    "fullmatch": lambda pattern, text: pattern.fullmatch(text),
    "finditer": lambda pattern, text: sum(1 for _ in pattern.finditer(text)),
    "sub": lambda pattern, text: pattern.sub("", text),
    "split": lambda pattern, text: pattern.split(text),
}
SAME = {"findall": "finditer", "subn": "sub", "scanner": "finditer"}
COMMON = 'a0 \n.:/"'
ALL = [chr(number) for number in (97, 65, 48, *range(32, 127), *range(32), 0xE9, 0x2028)]
LEAVES = {"IN", "LITERAL", "NOT_LITERAL", "ANY", "RANGE", "CATEGORY"}
CHOICES = 6  # of alternatives
LIMIT_PREFIX = 14
LIMIT_STARTS = 8
LIMIT_ALPHABET = 8
LENGTH = 1500  # at which a quadratic pattern takes some ms, and a linear one a tenth of one
SUSPICIOUS_SECONDS = 0.001
MEASURED_SECONDS = 0.02
LIMIT_GROWTH = 2.5
LENGTH_OF_A_FILE = 12_000  # where the time is no longer that of the smallest


class Use(NamedTuple):
    """A pattern, the methods that it is used with, and where it is written."""

    place: str
    pattern: re.Pattern[Any]
    methods: frozenset[str]


@cache
def find_files() -> dict[str, Path]:
    """Return every module's file, by the module's name."""
    files: dict[str, Path] = {}
    for file in sorted(FOLDER.rglob("*.py")):
        parts = file.relative_to(FOLDER.parent).with_suffix("").parts
        files[".".join(parts).removesuffix(".__init__")] = file
    return files


@cache
def read(module: str) -> str:
    """Return the text of a module."""
    return find_files()[module].read_text("utf-8")


@cache
def parse(module: str) -> list[ast.AST]:
    """Return the nodes of a module, and first of all the module itself."""
    return list(ast.walk(ast.parse(read(module))))


def find_methods(module: str, name: str) -> frozenset[str]:
    """Return how a module's pattern is used, there and where it is imported."""
    found: set[str] = set()
    for other in find_files():
        if other == module or f"from {module} import " in read(other):
            found.update(iter_methods(parse(other), find_local_names(other, module, name)))
    return frozenset(found & METHODS.keys() or {"search"})


def find_local_names(other: str, module: str, name: str) -> set[str]:
    """Return what another module calls it."""
    if other == module:
        return {name}
    imports = (node for node in parse(other) if isinstance(node, ast.ImportFrom))
    return {
        alias.asname or alias.name
        for node in imports
        for alias in node.names
        if (node.module, alias.name) == (module, name)
    }


def iter_methods(nodes: list[ast.AST], names: set[str]) -> Iterator[str]:
    """Yield what is called on the names."""
    called = set()
    for node in nodes:
        if isinstance(node, ast.Attribute) and is_one(node.value, names):
            called.add(id(node.value))
            yield SAME.get(node.attr, node.attr)
    for node in nodes:
        if is_one(node, names) and id(node) not in called:
            yield "search"  # handed on: it may be used in any way


def is_one(node: ast.AST, names: set[str]) -> bool:
    """Return whether one of the names is read, not set."""
    return isinstance(node, ast.Name) and node.id in names and isinstance(node.ctx, ast.Load)


def find_assigned(module: str) -> set[str]:
    """Return the names that a module sets itself."""
    tree = parse(module)[0]
    assert isinstance(tree, ast.Module)
    return {
        target.id
        for statement in tree.body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }


def find_users() -> list[str]:
    """Return the modules that use patterns: looking into them is left to the tests."""
    return [name for name in find_files() if re.search(r"^import re$", read(name), re.MULTILINE)]


def iter_named(module: str) -> Iterator[Use]:
    """Yield the compiled patterns that a module's own names hold."""
    for name, value in vars(import_module(module)).items():
        for pattern in value if isinstance(value, (tuple, list)) else [value]:
            if isinstance(pattern, re.Pattern) and name in find_assigned(module):
                yield Use(f"{module}.{name}", pattern, find_methods(module, name))


def iter_written(module: str) -> Iterator[Use]:
    """Yield the patterns that functions write where they call `re`."""
    nodes = parse(module)
    called = {id(node.value): node.attr for node in nodes if isinstance(node, ast.Attribute)}
    functions = (node for node in nodes if isinstance(node, ast.FunctionDef))
    for node in (inner for function in functions for inner in ast.walk(function)):
        if not isinstance(node, ast.Call) or not ast.unparse(node.func).startswith("re."):
            continue
        method = ast.unparse(node.func).removeprefix("re.")
        if method == "compile":
            method = called.get(id(node), "search")
        text = read_pattern(node.args[0], module)
        method = SAME.get(method, method)
        if method in METHODS and text is not None:
            yield Use(f"{module}:{node.lineno}", re.compile(text), frozenset({method}))


def read_pattern(node: ast.expr, module: str) -> str | bytes | None:
    """Return a pattern as it is written, or as a name of the module holds it.

    A word is in place of what it is made of at run time.
    """
    if isinstance(node, ast.Name):
        named = vars(import_module(module)).get(node.id)
        return named if isinstance(named, (str, bytes)) else None
    if isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes)):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(
            str(part.value) if isinstance(part, ast.Constant) else "word" for part in node.values
        )
    return None


def build_alphabet(parsed: Parsed) -> list[str]:
    """Return characters that the pattern tells apart, and some that many do."""
    found = [*dict.fromkeys(iter_characters(parsed))][:LIMIT_ALPHABET]
    return list(dict.fromkeys([*found, *COMMON]))


def iter_characters(parsed: Parsed) -> Iterator[str]:
    """Yield a character for everything that a part of a pattern looks at."""
    if isinstance(parsed, sre_parse.SubPattern):
        for operator, argument in parsed:
            if str(operator) in LEAVES:
                yield from filter(None, [find_character(operator, argument)])
            yield from iter_characters(argument)
    elif isinstance(parsed, (tuple, list)):
        for part in parsed:
            yield from iter_characters(part)


def find_character(operator: Parsed, argument: Parsed) -> str:
    """Return a character that one leaf of a pattern matches, none if it is a rare one."""
    if str(operator) == "LITERAL":
        return chr(argument)
    single = sre_parse.SubPattern(sre_parse.State(), [(operator, argument)])
    pattern = sre_compile.compile(single, re.UNICODE)
    return next((one for one in ALL if pattern.fullmatch(one)), "")


def build_sample(parsed: Parsed, repeat: int, choice: int) -> str:
    """Return a string that the pattern more or less matches.

    Args:
        parsed: A pattern, or a part of one.
        repeat: How often what may be left out is there.
        choice: Which of alternatives.
    """
    parts = []
    for operator, argument in parsed:
        match str(operator):
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                times = max(argument[0], min(repeat, argument[1]))
                parts.append(build_sample(argument[2], repeat, choice) * times)
            case "SUBPATTERN":
                parts.append(build_sample(argument[3], repeat, choice))
            case "ATOMIC_GROUP":
                parts.append(build_sample(argument, repeat, choice))
            case "BRANCH":
                branches = argument[1]
                parts.append(build_sample(branches[choice % len(branches)], repeat, choice))
            case leaf if leaf in LEAVES:
                parts.append(find_character(operator, argument))
    return "".join(parts)


def build_texts(pattern: re.Pattern[Any]) -> Iterator[tuple[str, str, str]]:
    """Yield what to try: a start, what is repeated behind it, and an end."""
    parsed = sre_parse.parse(pattern.pattern, pattern.flags & ~re.DEBUG)
    samples = dict.fromkeys(
        build_sample(parsed, repeat, choice) for repeat in (1, 0, 2) for choice in range(CHOICES)
    )
    prefixes = dict.fromkeys(
        sample[:end] for sample in samples for end in range(1, min(len(sample), LIMIT_PREFIX) + 1)
    )
    alphabet = build_alphabet(parsed)
    starts = ["", *list(prefixes)[:LIMIT_STARTS]]
    yield from product(starts, alphabet, ("\0", "\n"))
    yield from product(("",), prefixes, ("\0",))
    yield from product(("",), ("".join(pair) for pair in product(alphabet, repeat=2)), ("\0",))


def measure(call: Callable[[int], object], length: int, often: int = 1) -> float:
    """Return the shortest time of the processor that a call takes."""
    times = []
    gc.disable()  # what the whole suite has made is looked through more often for a longer input
    try:
        for _ in range(often):
            start = time.thread_time()
            call(length)
            times.append(time.thread_time() - start)
    finally:
        gc.enable()
    return min(times)


def find_growth(call: Callable[[int], object], length: int = LENGTH) -> str | None:
    """Return how the time of a call grows if it is more than the length; looks where it can."""
    first = measure(call, length)
    if first < SUSPICIOUS_SECONDS or measure(call, 2 * length) < LIMIT_GROWTH * first:
        return None
    while measure(call, length) < MEASURED_SECONDS:
        length *= 2
        if length > LIMIT_BYTES:
            return None  # the longest that there is takes no time
    for _ in range(3):  # what else runs on this machine disturbs one
        before, after = measure(call, length, 3), measure(call, 2 * length, 3)
        if after <= LIMIT_GROWTH * before:
            return None
    return f"{length:,} characters: {before:.3f} s, twice as many: {after:.3f} s"


def build_call(use: Use, method: str, texts: tuple[str, str, str]) -> Callable[[int], object]:
    """Return a call of a pattern with a text of the length that it is given."""
    is_bytes = isinstance(use.pattern.pattern, bytes)
    start, pump, end = texts

    def call(length: int) -> object:
        text = start + pump * (length // len(pump)) + end
        return METHODS[method](use.pattern, text.encode() if is_bytes else text)

    return call


@pytest.mark.parametrize("module", find_users())
def test_patterns_take_time_in_proportion_to_their_input(module: str) -> None:
    """Twice the input takes at most 2.5 times as long."""
    for use in (*iter_named(module), *iter_written(module)):
        for texts in build_texts(use.pattern):
            for method in sorted(use.methods):
                found = find_growth(build_call(use, method, texts))
                assert found is None, f"{use.place}: {method} of {texts}: {found}"


WRITTEN = {
    "value": "config:\n- use: values\n  with:\n    URL: {}\n",
    "quoted": 'config:\n- use: values\n  with: {{SQLALCHEMY_DATABASE_URI: "{}"}}\n',
    "key": "config:\n- use: values\n  with:\n    {}: 1\n",
    "comment": "# {}\n",
    "list": "extensions: [{}]\n",
    "lines": "extensions:\n{}\n",
}


@pytest.mark.parametrize(
    "pump",
    [
        "a://",
        "key",
        "token=",
        "${A:-",
        "${A}",
        "a.b:",
        "A:-",
        "&a",
        "!a",
        "{",
        "'",
        "password: ",
        "--",
        "@a:",
    ],
)
@pytest.mark.parametrize("place", ["value", "quoted", "key", "comment"])
def test_lint_takes_time_in_proportion_to_a_long_string(place: str, pump: str) -> None:
    """Whatever looks at it: 100 KB of `a://` once took 12 seconds."""
    assert find_growth(build_lint(WRITTEN[place], pump), LENGTH_OF_A_FILE) is None


@pytest.mark.parametrize(
    ("place", "pump"),
    [
        ("list", "&a x, "),
        ("list", "!a x, "),
        ("list", "'a', "),
        ("lines", "- 'a' # assembler: ignore[unknown-name] x\n"),
        ("lines", "- {use: a, with: {b: ${C}}}\n"),
        ("lines", "- &a x\n"),
    ],
)
def test_lint_takes_time_in_proportion_to_the_number_of_steps(place: str, pump: str) -> None:
    """Each is looked at once, not each with every other."""
    assert find_growth(build_lint(WRITTEN[place], pump), LENGTH_OF_A_FILE) is None


def build_lint(written: str, pump: str) -> Callable[[int], object]:
    """Return a call that lints a profile of some length."""
    linter = Linter(find_policy({}, Path("/")), build_selection([], []))

    def call(length: int) -> object:
        text = "version: 1\n" + written.format(pump * (length // len(pump)))
        return linter.lint([Target("web.yaml", text.encode())])

    return call
