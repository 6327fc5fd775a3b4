"""Check that YAML becomes nodes with exact places, and every trap a diagnostic at its place."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assembler.diagnostics.diagnostic import Collector, Diagnostic, Severity
from assembler.document.document import (
    LIMIT_ALIAS_NODES,
    LIMIT_DEPTH,
    load_document,
    parse_document,
)
from assembler.document.nodes import MappingNode, ScalarNode, find_place, to_plain
from assembler.files import LIMIT_BYTES

if TYPE_CHECKING:
    from pathlib import Path

PROFILE = """\
version: 1
name: web                      # a comment
debug: ${FLASK_DEBUG:-false}
app:
  use: shop:create_flask
  with: {import_name: shop, instance_relative_config: true}
patches:
  - gevent
config:
  - use: object
    with: {target: "shop.settings:Production"}
  - use: values
    with: {SQLALCHEMY_DATABASE_URI: "${DATABASE_URL:-sqlite:///shop.db}"}
extensions:
  - shop.ext_mail
  - use: flask_login:LoginManager
    name: 'login'
    after: [database]
    with:
      text: |
        a # b
        \tc
server:
  bind: 127.0.0.1:5001
  workers: 2
"""


def parse(source: str | bytes) -> tuple[MappingNode | None, list[Diagnostic]]:
    """Parse ``source`` and give what was found in the order of the file."""
    found = Collector()
    raw = source if isinstance(source, bytes) else source.encode()
    root = parse_document(raw, "web.yaml", found)
    return root, sorted(found.found, key=lambda each: each.sort_key)


def test_profile_is_read_without_a_finding() -> None:
    """An ordinary profile, comments, references and block texts included, has no traps."""
    root, found = parse(PROFILE)

    assert found == []
    assert root is not None
    plain = to_plain(root)
    assert plain["app"] == {
        "use": "shop:create_flask",
        "with": {"import_name": "shop", "instance_relative_config": True},
    }
    assert plain["extensions"][1]["with"]["text"] == "a # b\n\tc\n"
    assert plain["server"] == {"bind": "127.0.0.1:5001", "workers": 2}
    assert list(plain)[:4] == ["version", "name", "debug", "app"]
    assert list(plain)[4:] == ["patches", "config", "extensions", "server"]


@pytest.mark.parametrize(
    ("location", "at_key", "span"),
    [
        (("debug",), False, (3, 8, 3, 29)),
        (("debug",), True, (3, 1, 3, 6)),
        (("app", "with", "import_name"), False, (6, 23, 6, 27)),
        (("config", 0, "with", "target"), False, (11, 20, 11, 46)),
        (("extensions", 1, "after", 0), False, (18, 13, 18, 21)),
        (("extensions", 1, "after"), False, (18, 12, 18, 22)),
        (("server", "workers"), True, (25, 3, 25, 10)),
    ],
)
def test_every_value_knows_its_place(
    location: tuple[str | int, ...],
    at_key: bool,  # noqa: FBT001 - a column of the table
    span: tuple[int, ...],
) -> None:
    """Spans count from 1 and end after the last character."""
    root, _ = parse(PROFILE)
    assert root is not None

    place, _ = find_place(root, location, at_key=at_key)

    assert place.path == "web.yaml"
    assert place.span == span


def test_columns_count_characters_not_bytes() -> None:
    """What stands after letters of several bytes is where an editor shows it."""
    root, found = parse("{é😀: ü, b: no}")

    assert root is not None
    assert root.entries["b"].key.place.span == (1, 9, 1, 10)
    assert [each.place.span for each in found] == [(1, 12, 1, 14)]


def test_scalars_say_whether_they_are_plain() -> None:
    """Quoted and block texts stay texts; plain ones are typed."""
    root, _ = parse("a: 1\nb: '1'\nc: \"true\"\nd: |-\n  null\ne:\n")
    assert root is not None

    read = [
        (entry.value.text, entry.value.value, entry.value.plain)
        for entry in root.entries.values()
        if isinstance(entry.value, ScalarNode)
    ]

    assert read == [
        ("1", 1, True),
        ("1", "1", False),
        ("true", "true", False),
        ("null", "null", False),
        ("", None, True),
    ]


BOM = b"\xef\xbb\xbf"
TRAPS: list[tuple[str | bytes, list[tuple[str, int, int, int, int]]]] = [
    # duplicate keys and keys that are not texts
    ("a: 1\nb: 2\na: 3\n", [("duplicate-key", 3, 1, 3, 2)]),
    ("a: {b: 1, b: 2}\n", [("duplicate-key", 1, 11, 1, 12)]),
    ("a: 1\n'a': 2\n", [("duplicate-key", 2, 1, 2, 4)]),
    ("1: a\ntrue: b\n", [("key-not-text", 1, 1, 1, 2), ("key-not-text", 2, 1, 2, 5)]),
    ("a:\n  404: x\n", [("key-not-text", 2, 3, 2, 6)]),
    ("~: a\n", [("key-not-text", 1, 1, 1, 2)]),
    ("1.5: a\n", [("key-not-text", 1, 1, 1, 4)]),
    ("? [a, b]\n: c\n", [("key-not-text", 1, 3, 1, 9)]),
    ("'404': x\n'no': y\n", []),
    ("a: &x\nb: *x\n", [("yaml-syntax", 1, 4, 1, 6)]),
    ("a: &x ~\nb: *x\nc: &y ''\n", []),
    ("config:\n  -env\n", [("missing-space", 2, 3, 2, 4)]),
    ("config:\n  - env\n  -values\n", [("missing-space", 3, 3, 3, 4)]),
    ("config: -env\na:\n  -b\n", []),
    ("no: y\n8:30: z\n", [("boolean-word", 1, 1, 1, 3), ("sexagesimal", 2, 1, 2, 5)]),
    ("1_000: x\n", [("ambiguous-number", 1, 1, 1, 6)]),
    # merge keys, tags, aliases
    ("<<: {a: 1}\n<<: {b: 2}\n", [("merge-key", 1, 1, 1, 3), ("merge-key", 2, 1, 2, 3)]),
    ("'<<': 1\na: <<\n", []),
    ("a: !!timestamp abc\n", [("custom-tag", 1, 4, 1, 15)]),
    ("a: !!int abc\n", [("custom-tag", 1, 4, 1, 9)]),
    ("a: !!python/object/apply:os.system [x]\n", [("custom-tag", 1, 4, 1, 35)]),
    ("a: &x !y b\n", [("custom-tag", 1, 7, 1, 9)]),
    ("a: [!y,b]\n", [("custom-tag", 1, 5, 1, 7)]),
    ("!y a: b\n", [("custom-tag", 1, 1, 1, 3)]),
    ("!!map\na: b\n", [("custom-tag", 1, 1, 1, 6)]),
    ("a: &x [*x]\n", [("alias-cycle", 1, 8, 1, 10)]),
    ("a: &x {b: {c: *x}}\n", [("alias-cycle", 1, 15, 1, 17)]),
    ("a: *x\n", [("yaml-syntax", 1, 4, 1, 6)]),
    ("a: &x 1\nb: &x 2\n", [("yaml-syntax", 2, 4, 2, 8)]),
    ("a: &x {c: 1}\nb: *x\nc: *x\n", []),
    # numbers, dates and words that other readers take for something else
    ("a: 0755\n", [("ambiguous-number", 1, 4, 1, 8)]),
    ("a: 3.10\n", [("ambiguous-number", 1, 4, 1, 8)]),
    ("a: '3.10'\n", []),
    ("a: 22:22\n", [("sexagesimal", 1, 4, 1, 9)]),
    ("a: 1:30\n", [("sexagesimal", 1, 4, 1, 8)]),
    ("a: 2024-13-45\n", [("date-text", 1, 4, 1, 14)]),
    ("a: [yes, no]\n", [("boolean-word", 1, 5, 1, 8), ("boolean-word", 1, 10, 1, 12)]),
    ("a: On\n", [("boolean-word", 1, 4, 1, 6)]),
    (f"a: {'9' * 5000}\n", [("number-too-long", 1, 4, 1, 5004)]),
    ("a: 0o17\nb: .inf\nc: -.nan\nd: .nan\n", []),
    # tabs
    ("a:\t1\n", [("tab", 1, 3, 1, 4)]),
    ("\ta: 1\n", [("tab", 1, 1, 1, 2)]),
    ("a:\n\t- b\n", [("tab", 2, 1, 2, 2)]),
    ("a: b\t \n", [("tab", 1, 5, 1, 6)]),
    ("a: [\t1]\n", [("tab", 1, 5, 1, 6)]),
    ("a:\n-\tb\n", [("tab", 2, 2, 2, 3)]),
    ("a: b\n\tc\n", [("tab", 2, 1, 2, 2)]),
    ("a: 'b\tc' #\td\ne: |\n  f\t\n# \t\n", []),
    # characters that cannot be seen
    ("a\u200bb: 1\n", [("invisible-character", 1, 2, 1, 3)]),
    ("'a\u200b': 1\n", [("invisible-character", 1, 3, 1, 4)]),
    ("\u00a0a: 1\n", [("invisible-character", 1, 1, 1, 2)]),
    ("a: b\u202ec\n", [("invisible-character", 1, 5, 1, 6)]),
    ("a: 'b\u202ec' # \u200b\n", []),
    ("a: b\u2028c: d\n", [("invisible-character", 1, 5, 1, 6)]),
    ("# a\u0085b: 1\n", [("invisible-character", 1, 4, 1, 5)]),
    (b"a: 1\n" + BOM + b"b: 1\n", [("invisible-character", 2, 1, 2, 2)]),
    (BOM + b"a: 1\n", []),
    (BOM + b"a: no\n", [("boolean-word", 1, 4, 1, 6)]),
    # comments that eat values
    ("pw: abc #def\n", [("swallowed-comment", 1, 9, 1, 13)]),
    ("color: #fff\n", [("swallowed-comment", 1, 8, 1, 12)]),
    ("a:\n  - b #c # d\n", [("swallowed-comment", 2, 7, 2, 13)]),
    ("a: b # c\n#d: e\n  #f\ng: 'h' #i\nj: | #k\n  l #m\n", []),
    ("a: b #assembler: ignore[x] y\n", []),
    ("a: 'b #c'\nd#e: f#g\n", []),
    # a space that is missing after a colon
    ("debug:true\n", [("missing-space", 1, 6, 1, 7)]),
    ("version: 1\ndebug:true\nname: x\n", [("missing-space", 2, 6, 2, 7)]),
    ("version: 1\ndebug:true\n", [("missing-space", 2, 6, 2, 7)]),
    ("extensions:\n  - use:flask\n", [("missing-space", 2, 8, 2, 9)]),
    ("extensions:\n  - use:flask_login:LoginManager\n", [("missing-space", 2, 8, 2, 9)]),
    ("extensions:\n  - use:flask\n    name: x\n", [("missing-space", 2, 8, 2, 9)]),
    ("extensions:\n  - use: a\n    name:b\n", [("missing-space", 3, 9, 3, 10)]),
    ("app:\n  use:shop:App\n", [("missing-space", 2, 6, 2, 7)]),
    ("server:\n  bind:x\n", [("missing-space", 2, 7, 2, 8)]),
    ("a: {b:1, c: 2}\n", [("missing-space", 1, 6, 1, 7)]),
    ("a: http://x\nb: [shop:db, x.y:z]\nc: 127.0.0.1:80\nd: name:x\ne: a b:c\n", []),
    ("extensions:\n  - shop:db\n    name: x\n", [("yaml-syntax", 2, 5, 2, 12)]),
    # a colon too many
    ("extensions:\n  - shop.ext_mail:\n", [("trailing-colon", 2, 5, 2, 18)]),
    ("patches:\n  - gevent:\n", [("trailing-colon", 2, 5, 2, 11)]),
    ("extensions:\n  - use:\n", []),
    ("extensions:\n  - use: a\n    with:\n      b:\n        - c:\n", []),
    # interpolation that YAML breaks
    ("a: {b: ${X}}\n", [("quote-interpolation", 1, 8, 1, 12)]),
    ("a: {b: ${X:-1}, c: 2}\n", [("quote-interpolation", 1, 8, 1, 15)]),
    ("a: [${X}]\n", [("quote-interpolation", 1, 5, 1, 9)]),
    ("a: [b,\n  ${X:-p,q}]\n", [("quote-interpolation", 2, 3, 2, 12)]),
    ("a: ${X:-b: c}\n", [("quote-interpolation", 1, 4, 1, 14)]),
    ("a: ${X:-b #c}\nd: 1\n", [("quote-interpolation", 1, 4, 1, 14)]),
    ("a: ${X:-b # c}\n", [("quote-interpolation", 1, 4, 1, 15)]),
    ('a: ${X:-{"b": 1}}\n', [("quote-interpolation", 1, 4, 1, 18)]),
    ("a: {b: $X, c: '${X}'}\nd: ${X:-b c}\ne: ${X:-{}}\n", []),
    # encodings and control characters
    (b"a: \xe9\n", [("encoding", 1, 4, 1, 5)]),
    ("a: é\nb: ".encode() + b"\xff\n", [("encoding", 2, 4, 2, 5)]),
    ("a: 1\n".encode("utf-16"), [("encoding", 1, 1, 1, 1)]),
    ("a: 1\n".encode("utf-16-be"), [("encoding", 1, 1, 1, 1)]),
    ("a: 1\n".encode("utf-32"), [("encoding", 1, 1, 1, 1)]),
    ("a: 1\nb: \x01\n", [("yaml-syntax", 2, 4, 2, 5)]),
    ("a: \x7f\n", [("yaml-syntax", 1, 4, 1, 5)]),
    ('a: "\\ud800"\n', [("yaml-syntax", 1, 7, 1, 8)]),
    # the shape of the file
    ("", [("not-a-mapping", 1, 1, 1, 1)]),
    ("# only this\n---\n", [("not-a-mapping", 1, 1, 1, 1)]),
    ("- a\n", [("not-a-mapping", 1, 1, 2, 1)]),
    ("\nhello\n", [("not-a-mapping", 2, 1, 2, 6)]),
    ("a: 1\n---\nb: 2\n", [("several-documents", 2, 1, 2, 4)]),
    ("a: 1\n...\nb: 2\n", [("several-documents", 3, 1, 3, 3)]),
    (
        "a: 1\n...\n\u00a0",
        [("several-documents", 3, 1, 3, 2), ("invisible-character", 3, 1, 3, 2)],
    ),
    ("---\na: 1\n...\n# end\n", []),
    ("%YAML 1.2\n---\na: 1\n", []),
    ("%YAML 1.1\n---\na: no\n", [("yaml-syntax", 1, 1, 1, 10)]),
    ("# x\n%TAG ! !y\n---\na: 1\n", [("yaml-syntax", 2, 1, 2, 10)]),
    # syntax
    (" a: 1\nb: 2\n", [("yaml-syntax", 2, 1, 2, 2)]),
    ("a: 1\n b: 2\n", [("yaml-syntax", 2, 3, 2, 4)]),
    ("a: b: c\n", [("yaml-syntax", 1, 5, 1, 6)]),
    ("a: 'x\nb: 1\n", [("yaml-syntax", 1, 4, 1, 5)]),
    ("a: [1,\nb: 2\n", [("yaml-syntax", 1, 4, 1, 5)]),
    ("a: {b: 1\n", [("yaml-syntax", 1, 4, 1, 5)]),
    ("a: ]\n", [("yaml-syntax", 1, 4, 1, 5)]),
    ("a: @b\n", [("yaml-syntax", 1, 4, 1, 5)]),
    ("a: *.html\n", [("yaml-syntax", 1, 5, 1, 6)]),
    ("a: - b\n", [("yaml-syntax", 1, 4, 1, 5)]),
    ("a: 'x' y\n", [("yaml-syntax", 1, 8, 1, 9)]),
    ('a: "\\q"\n', [("yaml-syntax", 1, 5, 1, 6)]),
    # what was found before a syntax error is still said, and what comes after it is not
    (
        "a: no\na: 1 #x\nb: ]\nc: yes\n",
        [
            ("boolean-word", 1, 4, 1, 6),
            ("duplicate-key", 2, 1, 2, 2),
            ("swallowed-comment", 2, 6, 2, 8),
            ("yaml-syntax", 3, 4, 3, 5),
        ],
    ),
    # every kind of line break is one
    ("a: 1\r\nb: no\r\n", [("boolean-word", 2, 4, 2, 6)]),
    ("a: 1\rb: 2 #x\rc: 3\n", [("swallowed-comment", 2, 6, 2, 8)]),
]


@pytest.mark.parametrize(("source", "expected"), TRAPS)
def test_trap_is_reported_at_its_place(
    source: str | bytes, expected: list[tuple[str, int, int, int, int]]
) -> None:
    """Each trap gives its own code at its own span, and nothing beside it."""
    _, found = parse(source)

    assert [(each.name, *each.place.span) for each in found] == expected


@pytest.mark.parametrize("source", [source for source, expected in TRAPS if expected])
def test_finding_has_a_message_of_one_line_and_a_hint_of_a_sentence(source: str | bytes) -> None:
    """Messages start small and end without a period; the remedy is a sentence."""
    _, found = parse(source)

    for each in found:
        assert "\n" not in each.message
        assert not each.message.endswith(".")
        assert not each.message[0].isupper()
        assert each.hint is not None
        assert each.hint[0].isupper()
        assert each.hint.endswith((".", "?"))


@pytest.mark.parametrize(
    ("source", "message", "hint"),
    [
        ("a: {b: ${X}}\n", "'${X}' is taken apart by YAML", 'Quote it: "${X}".'),
        ("a: ${X:-b #c}\n", "'${X:-b #c}' is cut to '${X:-b' by YAML", 'Quote it: "${X:-b #c}".'),
        (
            "x:\n- a.b:\n",
            "'a.b' ends with a colon, which makes it a key without a value",
            "Drop the colon: '- a.b'.",
        ),
        (
            "<<: {a: 1}\n",
            "merge keys ('<<') are not part of YAML 1.2",
            "Use `extends`, or repeat the keys.",
        ),
        ("404: x\n", "a key is the number '404', expected a string", 'Quote it: "404".'),
        (
            "a: no\n",
            "'no' is a string in YAML 1.2, not a boolean",
            'Write false for the boolean, or "no" for the string.',
        ),
        (
            "a: 0755\n",
            "'0755' has a leading zero: octal to some parsers, decimal to others",
            (
                'Write "0755" for the string, 0o755 for the octal number, '
                "or 755 for the decimal number."
            ),
        ),
        (
            "a: &shop 1\nb: *shpo\n",
            "alias 'shpo' has no anchor before it",
            "Did you mean 'shop'?",
        ),
        ("a: [1\n", "the list is never closed", "Close it with ']'."),
        (
            "e:\n- a:b\n  name: c\n",
            "'a:b' is a complete step, but more keys follow",
            "Write '- use: a:b' and the other keys below it.",
        ),
    ],
)
def test_words_say_what_is_wrong_and_what_to_do(source: str, message: str, hint: str) -> None:
    """The remedy is written out, ready to be copied."""
    _, found = parse(source)

    assert [(each.message, each.hint) for each in found] == [(message, hint)]


def test_duplicate_shows_the_first() -> None:
    """A key that is set twice names the place of the first, whose value is kept."""
    root, found = parse("a: 1\nb: {c: 1}\na: 2\n")

    ((place, message),) = found[0].related
    assert (str(place), message) == ("web.yaml:1:1", "first set here")
    assert root is not None
    assert to_plain(root) == {"a": 1, "b": {"c": 1}}


def test_words_that_look_like_booleans_only_warn() -> None:
    """A warning does not keep a profile from being used."""
    root, found = parse("debug: off\n")

    assert root is not None
    assert to_plain(root) == {"debug": "off"}
    assert [each.severity for each in found] == [Severity.WARNING]


def test_trailing_colon_leaves_the_step_that_was_meant() -> None:
    """Later stages see the name, and do not complain about the same line again."""
    root, _ = parse("extensions:\n  - shop.ext_mail:\n  - shop.views: blueprint\n")

    assert root is not None
    assert to_plain(root) == {"extensions": ["shop.ext_mail", "shop.views:blueprint"]}


def test_syntax_error_ends_the_file() -> None:
    """Half a profile is not handed on, or its missing half would be complained about."""
    root, _ = parse("a: 1\nb: ]\n")

    assert root is None


def test_alias_stands_for_its_anchor() -> None:
    """A scalar has the alias's own place; a collection is the same value."""
    root, found = parse("a: &x 5\nb: &y [1, 2]\nc: *x\nd: *y\n")

    assert found == []
    assert root is not None
    assert to_plain(root) == {"a": 5, "b": [1, 2], "c": 5, "d": [1, 2]}
    assert root.entries["c"].value.place.span == (3, 4, 3, 6)


def test_alias_bomb_is_refused() -> None:
    """Aliases of aliases may not stand for more than the limit of values."""
    lines = ["a0: &a0 [1, 2, 3, 4, 5, 6, 7, 8, 9]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]

    root, found = parse("\n".join(lines))

    assert root is None
    assert [each.name for each in found] == ["alias-bomb"]
    assert str(LIMIT_ALIAS_NODES // 1000) in found[0].message


def test_nested_merge_keys_are_refused_not_expanded() -> None:
    """The bomb of nested merge keys is a list of diagnostics, one a key."""
    lines = ["a0: &a0 {x: 1}"]
    lines += [f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}]}}" for n in range(1, 12)]

    _, found = parse("\n".join(lines))

    assert {each.name for each in found} == {"merge-key"}
    assert len(found) == 11


@pytest.mark.parametrize(
    ("opening", "closing"), [("[", "]"), ("{a: ", "}"), ("- ", ""), ("? ", "")]
)
def test_nesting_is_bounded(opening: str, closing: str) -> None:
    """Depth 100 is read; depth 101, and depths that crash the C loader, are a diagnostic."""
    levels = LIMIT_DEPTH - 1
    inner = f"a:\n  {opening * levels}x{closing * levels}\n"
    deeper = inner.replace(opening, opening * 2, 1).replace("x", f"x{closing}")
    crashing = f"a:\n  {opening * 100_000}"

    assert "nested-too-deep" not in [each.name for each in parse(inner)[1]]
    assert [each.name for each in parse(deeper)[1]] == ["nested-too-deep"]
    assert [each.name for each in parse(crashing)[1]] == ["nested-too-deep"]


def test_aliases_do_not_get_round_the_depth() -> None:
    """What an alias stands for counts where it stands."""
    half = LIMIT_DEPTH // 2 + 1
    source = f"a: &x {'[' * half}1{']' * half}\nb: {'[' * half}*x{']' * half}\n"

    root, found = parse(source)

    assert root is None
    assert [(each.name, each.place.span.line) for each in found] == [("nested-too-deep", 2)]


def test_file_past_the_limit_is_refused() -> None:
    """The limit itself is read, one byte more is not."""
    text = "a: 1\n" + "#" * (LIMIT_BYTES - 6) + "\n"

    assert parse(text)[1] == []
    assert [each.name for each in parse(text + "\n")[1]] == ["file-too-large"]


def test_thousands_of_anything_come_to_an_end() -> None:
    """Texts made to be slow are read in time that grows with their length alone."""
    half = LIMIT_BYTES // 8
    for text in [
        "[" * half,
        "a: [" + "${" * half,
        "%TAG ! !x\n" * 9999,
        "\n" * half + "%",
        '"' * half,
    ]:
        _, found = parse(text)
        assert found


# Whole files


def load(file: Path) -> tuple[MappingNode | None, list[Diagnostic]]:
    """Load ``file`` under its own name."""
    found = Collector()
    return load_document(file, file.name, found), found.found


def test_file_is_loaded(tmp_path: Path) -> None:
    """A file gives what its bytes give."""
    file = tmp_path / "web.yaml"
    file.write_text(PROFILE, encoding="utf-8")

    root, found = load(file)

    assert found == []
    assert root is not None
    assert to_plain(root)["name"] == "web"


def test_missing_file_gets_the_name_that_was_meant(tmp_path: Path) -> None:
    """A file that is not there is one diagnostic, with the nearest neighbour."""
    (tmp_path / "web.yaml").touch()

    root, (found,) = load(tmp_path / "wbe.yaml")

    assert root is None
    assert (found.name, str(found.place)) == ("file-not-found", "wbe.yaml:1:1")
    assert found.hint == "Did you mean 'web.yaml'?"


@pytest.mark.parametrize("name", ["none/web.yaml", "web.yaml/base.yaml"])
def test_missing_folder_is_a_missing_file(tmp_path: Path, name: str) -> None:
    """A folder that is not there, or is a file, is no traceback."""
    (tmp_path / "web.yaml").touch()

    root, (found,) = load(tmp_path / name)

    assert root is None
    assert found.name == "file-not-found"


def test_folder_is_not_a_file(tmp_path: Path) -> None:
    """A folder names a file in it."""
    (tmp_path / "web.yaml").touch()

    root, (found,) = load(tmp_path)

    assert root is None
    assert found.name == "file-unreadable"
    assert found.hint == "Pass a file in it, such as 'web.yaml'."


def test_pipe_that_nobody_writes_does_not_hang(tmp_path: Path) -> None:
    """Only regular files are opened."""
    os.mkfifo(tmp_path / "pipe.yaml")

    root, (found,) = load(tmp_path / "pipe.yaml")

    assert root is None
    assert found.name == "file-unreadable"


@pytest.mark.parametrize("name", ["a\0b.yaml", "x" * 5000, "loop.yaml"])
def test_path_that_cannot_be_opened_is_a_diagnostic(tmp_path: Path, name: str) -> None:
    """What the system refuses to look at is no traceback."""
    (tmp_path / "loop.yaml").symlink_to("loop.yaml")

    root, (found,) = load(tmp_path / name)

    assert root is None
    assert found.name == "file-unreadable"


def test_link_that_leads_nowhere_is_not_suggested_itself(tmp_path: Path) -> None:
    """The link is there; what it names is not."""
    (tmp_path / "web.yaml").symlink_to("nowhere.yaml")

    root, (found,) = load(tmp_path / "web.yaml")

    assert root is None
    assert (found.name, found.message) == (
        "file-not-found",
        "the link 'web.yaml' points to no file",
    )
    assert found.hint == "Point it to a file, or remove it."


def test_endless_file_is_too_large(tmp_path: Path) -> None:
    """No more than the limit is read, however long the file is."""
    file = tmp_path / "web.yaml"
    with file.open("wb") as stream:
        stream.truncate(1 << 40)  # a terabyte of zeros that takes no room

    root, (found,) = load(file)

    assert root is None
    assert found.name == "file-too-large"


UNPRIVILEGED = """
import os, sys
from pathlib import Path
from assembler.diagnostics.diagnostic import Collector
from assembler.document.document import load_document
if os.geteuid() == 0:
    os.setuid(65534)  # root may read everything
found = Collector()
assert load_document(Path("web.yaml"), "web.yaml", found) is None
print(*((each.name, str(each.place), each.message, each.hint) for each in found.found))
"""


def test_file_without_permission_is_a_diagnostic(tmp_path: Path) -> None:
    """A file that may not be read says so."""
    file = tmp_path / "web.yaml"
    file.write_text("a: 1\n", encoding="utf-8")
    file.chmod(0)
    tmp_path.chmod(0o755)

    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", UNPRIVILEGED],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path))},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert result.stderr == ""
    assert "('file-unreadable', 'web.yaml:1:1'" in result.stdout
    assert "permission denied" in result.stdout


# Anything at all


def check_anything(source: bytes) -> None:
    """Parse ``source`` and check what holds for every input."""
    root, found = parse(source)
    lines = source.removeprefix(BOM).decode("utf-8", "replace").replace("\r\n", "\n")
    lengths = [len(line) for line in lines.replace("\r", "\n").split("\n")]

    assert root is not None or any(each.severity is Severity.ERROR for each in found)
    for each in found:
        for place in (each.place, *(related.place for related in each.related)):
            line, column, end_line, end_column = place.span
            assert 1 <= line <= len(lengths)
            assert 1 <= column <= lengths[line - 1] + 1
            assert (line, column) <= (end_line, end_column)
            assert end_line <= len(lengths) + 1


@given(st.binary(max_size=200))
def test_no_bytes_raise(source: bytes) -> None:
    """Random bytes give diagnostics at places inside the file."""
    check_anything(source)


SINGLE = "\t\ufeff\u200b\u2028\x85\x00\r\n{}[]:'\"|>%\\,é😀~@-"
LONGER = ["\r\n", "${", "- ", ": ", " #", "#x", "&a ", "*a", "!t ", "<<: ", "? ", "---", "..."]
PIECES = st.sampled_from([*SINGLE, *LONGER, "no", "0755", "3.10", "  ", "use:", "use:a"])


@settings(max_examples=300)
@given(st.lists(st.tuples(st.integers(0, len(PROFILE)), st.integers(0, 9), PIECES), max_size=6))
def test_no_edit_of_a_profile_raises(edits: list[tuple[int, int, str]]) -> None:
    """A profile with pieces cut out and put in gives diagnostics at places inside the file."""
    text = PROFILE
    for start, cut, piece in edits:
        text = text[:start] + piece + text[start + cut :]

    check_anything(text.encode())


@settings(max_examples=300)
@given(st.lists(PIECES, max_size=12).map("".join))
def test_no_heap_of_pieces_raises(text: str) -> None:
    """Syntax thrown together gives diagnostics at places inside the file."""
    check_anything(text.encode())
