"""The environment's values in a composed profile, and where it has no say."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from assembler.diagnostics.diagnostic import Collector, Span
from assembler.document.document import parse_document
from assembler.document.nodes import MappingNode, ScalarNode, find_place, to_plain
from assembler.document.template import LIMIT_EXPANDED_CHARACTERS
from assembler.language.interpolation import check_interpolation_places, interpolate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assembler.diagnostics.diagnostic import Diagnostic


def read(text: str) -> MappingNode:
    """Parse a profile that has nothing wrong with it."""
    found = Collector()
    root = parse_document(dedent(text).encode(), "p.yaml", found)
    assert found.found == []
    assert root is not None
    return root


def fill(text: str, env: Mapping[str, str] | None) -> tuple[MappingNode, list[Diagnostic]]:
    """Interpolate a profile, and give it with what was found."""
    found = Collector()
    return interpolate(read(text), env, found), found.found


def get(root: MappingNode, *location: str | int) -> ScalarNode:
    """Return the scalar at ``location``."""
    node = find_place(root, location)[1]
    assert isinstance(node, ScalarNode)
    return node


@pytest.mark.parametrize(
    ("written", "env", "expected"),
    [
        ("${A}", "5", 5),
        ("${A}", "0.5", 0.5),
        ("${A}", "true", True),
        ("${A}", "null", None),
        ("${A}", "yes", "yes"),
        ("${A}", "a b", "a b"),
        ("${A}", "[1]", "[1]"),
        ("${A}", "", ""),
        ("${A:-8}", None, 8),
        ("${A:-}", None, ""),
        ("${A:-${B:-8}}", None, 8),
        ("${A}0", "5", "50"),
        ("${A}${A}", "5", "55"),
        ('"${A}"', "5", "5"),
        ("'${A}'", "true", "true"),
        ("$$5", None, "$5"),
        ("a $A $ b", "5", "a $A $ b"),
    ],
)
def test_only_a_plain_single_form_gets_a_type(
    written: str, env: str | None, expected: object
) -> None:
    """A plain scalar that one `${…}` fills is typed by the core rules; all else stays text."""
    root, found = fill(f"debug_level: {written}\n", {} if env is None else {"A": env})

    assert found == []
    value = get(root, "debug_level").value
    assert (value, type(value)) == (expected, type(expected))


def test_a_secret_stays_text() -> None:
    """A password of digits is not a number: neither under its key nor in a list under it."""
    root, found = fill(
        """\
        with:
          SECRET_KEY: ${A}
          SECRET_KEY_FALLBACKS:
            - ${A}
          POOL_SIZE: ${A}
        """,
        {"A": "0123"},
    )

    assert found == []
    assert to_plain(root) == {
        "with": {"SECRET_KEY": "0123", "SECRET_KEY_FALLBACKS": ["0123"], "POOL_SIZE": 123}
    }


def test_the_outcome_knows_what_was_written() -> None:
    """A scalar keeps its written text and its place; the composed tree is not touched."""
    before = read("server:\n  bind: ${A}\n  workers: 2\n")
    after = interpolate(before, {"A": "127.0.0.1:1"}, Collector())
    old, new = get(before, "server", "bind"), get(after, "server", "bind")

    assert (new.text, new.written, new.unknown, new.is_interpolated) == (
        "127.0.0.1:1",
        "${A}",
        False,
        True,
    )
    assert (old.text, old.written) == ("${A}", None)
    assert new.place == old.place
    # what does not change is not copied
    assert get(after, "server", "workers") is get(before, "server", "workers")


def test_a_tree_without_dollars_is_the_same_tree() -> None:
    """Nothing is built where there is nothing to fill in."""
    root = read("version: 1\nextensions:\n  - proxy_fix\n")

    assert interpolate(root, {}, Collector()) is root


def test_a_text_with_only_doubled_dollars_is_not_from_the_environment() -> None:
    """`$$` becomes a dollar sign, in quotes and blocks too; the environment had no part in it."""
    root, found = fill("a: $$x\nb: '$$x'\nc: |\n  $$x\nd: [\"$$\"]\n", {})

    assert found == []
    assert to_plain(root) == {"a": "$x", "b": "$x", "c": "$x\n", "d": ["$"]}
    assert not get(root, "a").is_interpolated


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("k: ${A}\n", Span(1, 4, 1, 8)),
        ("k: a ${A} b\n", Span(1, 6, 1, 10)),
        ("k: ${SET} ${A}\n", Span(1, 11, 1, 15)),
        ("k: é ${A} b\n", Span(1, 6, 1, 10)),
        ('k: "a ${A} b"\n', Span(1, 7, 1, 11)),
        ("k: 'a ${A} b'\n", Span(1, 7, 1, 11)),
        ("k: ${SET:+x${A}}\n", Span(1, 12, 1, 16)),
        ("with:\n  - k: ${A}\n", Span(2, 8, 2, 12)),
        # an escape makes the text another length: the whole scalar
        ('k: "\\t${A}"\n', Span(1, 4, 1, 12)),
        ("k: 'it''s ${A}'\n", Span(1, 4, 1, 16)),
        ("k: a\n  ${A}\n", Span(1, 4, 2, 7)),
        ("k: |\n  ${A}\n", Span(1, 4, 3, 1)),
    ],
)
def test_an_unset_variable_is_reported_where_it_is_written(text: str, span: Span) -> None:
    """The span is that of the `${…}`, or of the whole scalar where its text is not as written."""
    _, found = fill(text, {"SET": "1"})

    assert [(one.name, one.place.path, one.place.span) for one in found] == [
        ("unset-variable", "p.yaml", span)
    ]
    assert found[0].message == 'the variable "A" is not set and has no default'
    assert found[0].hint == "Set it, or add a default: `${A:-…}`."


def test_a_misspelt_variable_is_recognised() -> None:
    """The hint names the variable that is there."""
    _, found = fill("k: ${DATABSE_URL}\n", {"DATABASE_URL": "x", "HOME": "/"})

    assert found[0].hint == "Did you mean 'DATABASE_URL'?"


def test_every_unset_variable_is_reported_at_once() -> None:
    """All of a scalar, and of all scalars."""
    _, found = fill("a: ${A} ${B}\nb: [x, '${C}x']\nc: {$format: '${D}'}\n", {})

    assert [one.message.split('"')[1] for one in found] == ["A", "B", "C", "D"]


@pytest.mark.parametrize(
    ("written", "env", "message"),
    [
        (
            "${A:?say where the shop is}",
            {},
            'the variable "A" is not set or empty: say where the shop is',
        ),
        ("${A:?say where}", {"A": ""}, 'the variable "A" is not set or empty: say where'),
        ("${A?say where}", {}, 'the variable "A" is not set: say where'),
        ("${A:?for ${B}}", {"B": "us"}, 'the variable "A" is not set or empty: for us'),
        ("${A?}", {}, 'the variable "A" is not set'),
    ],
)
def test_a_required_variable_says_its_message(
    written: str, env: dict[str, str], message: str
) -> None:
    """What the author wrote after the `?` is in the diagnostic."""
    _, found = fill(f'k: "{written}"\n', env)

    assert [(one.name, one.message) for one in found] == [("required-variable", message)]
    assert found[0].hint == "Set A."


def test_an_unknown_environment_is_no_error() -> None:
    """Without an environment defaults are in force, and what has none is unknown, not wrong."""
    root, found = fill("a: ${A}\nb: ${B:-8}\nc: ${C:?needed}\nd: ${D:+x}\n", None)

    assert found == []
    assert [(key, get(root, key).unknown) for key in "abcd"] == [
        ("a", True),
        ("b", False),
        ("c", True),
        ("d", False),
    ]
    assert (get(root, "a").text, get(root, "a").written) == ("${A}", "${A}")
    assert (get(root, "b").value, get(root, "d").value) == (8, "")


def test_what_lacks_a_variable_is_unknown() -> None:
    """Nothing that comes later can mistake the `${…}` for the value."""
    root, found = fill("a: ${A}\n", {})

    assert len(found) == 1
    assert get(root, "a").unknown


@pytest.mark.parametrize(
    ("written", "span"),
    [("a ${A b}", Span(1, 6, 1, 12)), ("${A:x}", Span(1, 4, 1, 10)), ("${}", Span(1, 4, 1, 7))],
)
def test_a_malformed_form_is_reported_whatever_is_known(written: str, span: Span) -> None:
    """It is wrong without an environment as well; the span goes to the end of the text."""
    for env in ({"A": "1"}, None):
        root, found = fill(f"k: {written}\n", env)

        assert [(one.name, one.place.span) for one in found] == [("malformed-interpolation", span)]
        assert "$$" in (found[0].hint or "")
        assert get(root, "k").unknown


EVERYWHERE_ELSE = """\
version: 1
name: web
description: ${A}
abstract: ${A}
debug: ${A}
app:
  use: shop:create
  with: {use: "${A}", name: "${A}", import_name: "${A}"}
patches:
  - use: gevent
    when: ${A}
config:
  - use: values
    with: {KEY: "${A}", after: "${A}"}
    on_error: ${A}
extensions:
  - use: mail
    init: {x: ["${A}", {y: "${A}"}]}
    app_context: ${A}
  - use: web
    with:
      a: {$config: "${A}"}
      b: {$call: "m:f", args: ["${A}"], with: {use: "${A}"}}
      c: {$file: "${A}"}
server:
  bind: ["${A}"]
  with: {name: "${A}"}
"""


def test_every_other_place_is_filled_in() -> None:
    """The keys that are left alone are those of the grammar, not their namesakes in options."""
    root = read(EVERYWHERE_ELSE)
    found = Collector()

    check_interpolation_places(root, found)
    filled = interpolate(root, {"A": "1"}, found)

    assert found.found == []
    assert "${" not in repr(to_plain(filled))


@pytest.mark.parametrize(
    ("text", "span", "where"),
    [
        ("version: ${A:-1}\n", Span(1, 10, 1, 17), "`version`"),
        ("name: a ${A}\n", Span(1, 7, 1, 13), "`name`"),
        ("role: ${A}\n", Span(1, 7, 1, 11), "`role`"),
        ("extends: ${A}.yaml\n", Span(1, 10, 1, 19), "`extends`"),
        ("extends:\n  - b.yaml\n  - ${A}\n", Span(3, 5, 3, 9), "`extends`"),
        ("app: {use: '${A}'}\n", Span(1, 12, 1, 18), "`use`"),
        ("server:\n  use: ${A}\n", Span(2, 8, 2, 12), "`use`"),
        ("patches:\n  - ${A}\n", Span(2, 5, 2, 9), "`use`"),
        ("config:\n  - use: ${A}\n", Span(2, 10, 2, 14), "`use`"),
        ("extensions:\n  - name: ${A}\n", Span(2, 11, 2, 15), "`name`"),
        ("extensions:\n  - as: ${A}\n", Span(2, 9, 2, 13), "`as`"),
        ("extensions:\n  - after: ${A}\n", Span(2, 12, 2, 16), "`after`"),
        ("extensions:\n  - before: [x, '${A}']\n", Span(2, 17, 2, 23), "`before`"),
        ("app:\n  with: {x: [{$import: '${A}'}]}\n", Span(2, 24, 2, 30), "`$import`"),
        ("app:\n  with: {x: {$call: 'm:${A}'}}\n", Span(2, 21, 2, 29), "`$call`"),
        ("app:\n  with: {'${A}': 1}\n", Span(2, 10, 2, 16), "a key"),
        ("role: '${A'\n", Span(1, 7, 1, 12), "`role`"),
    ],
)
def test_the_environment_names_no_code(text: str, span: Span, where: str) -> None:
    """A `${` in a name of code, in a name that others refer to, or in a key is refused there."""
    root = read(text)
    found = Collector()

    check_interpolation_places(root, found)

    assert [(one.name, one.place.span) for one in found.found] == [("interpolation-not-here", span)]
    assert f"not allowed in {where}," in found.found[0].message


def test_what_names_code_is_left_as_it_is() -> None:
    """Even unchecked, the environment cannot get into a name of code; `$$` stays there too."""
    text = "name: a$$b\nextensions:\n  - ${A}\n  - {use: '${A}', with: {x: {$import: '${A}'}}}\n"
    root = read(text)

    assert interpolate(root, {"A": "evil:code"}, Collector()) is root


@pytest.mark.parametrize(
    ("written", "value", "expected"),
    [
        ("${A}", "sqlite:///nl.db\n", "sqlite:///nl.db"),
        ("${A}", "5\r\n", 5),
        ("'${A}${A}'", "x\n", "xx"),
        ("${A:-default}", "\n", "default"),
        ("${A}", "x\n\n", "x\n"),
        ("${A}", " x ", " x "),
        ('"${A}"', " 5", " 5"),
    ],
)
def test_a_final_newline_of_a_variable_is_dropped(
    written: str, value: str, expected: object
) -> None:
    """And nothing else of a string."""
    root, found = fill(f"x:\n  a: {written}\n", {"A": value})

    assert (found, get(root, "x", "a").value) == ([], expected)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("${A}", " 5"),
        ("${A}", "0.5\t"),
        ("${A}", "true "),
        ("${A}", " off"),
        ("${A}", "https://example.org/ "),
        ('"${A}"', "https://example.org/ "),
        ("sqlite:///${A}", "shop.db "),
    ],
)
def test_white_space_around_a_typed_value_is_reported(written: str, value: str) -> None:
    """The value counts as not known, so that nothing else is said of it."""
    root, (found,) = fill(f"x:\n  a: {written}\n", {"A": value})

    message = f"white space at the ends of the value (from {written.strip(chr(34))})"
    assert (found.name, found.message) == ("surrounding-blanks", message)
    assert get(root, "x", "a").unknown


def test_white_space_in_a_secret_is_left() -> None:
    """It may be a part of it."""
    root, found = fill("x: {API_KEY: '${A}', PASSWORD: '${A}'}\n", {"A": " 5 "})

    assert found == []
    assert get(root, "x", "API_KEY").value == " 5 "


@pytest.mark.parametrize("value", [" ", "\t", " \n"])
def test_a_blank_variable_is_not_true(value: str) -> None:
    """In `when`, where the empty string is false."""
    root, found = fill("extensions: [{use: health, when: '${A}'}]\n", {"A": value})

    assert (found, get(root, "extensions", 0, "when").value) == ([], False)


def test_variables_of_a_whole_profile_expand_within_a_limit() -> None:
    """One value a hundred times would fill the memory; it is said once, where it is too much."""
    each = LIMIT_EXPANDED_CHARACTERS // 4
    env = {"BIG": "x" * each}
    text = "".join(f"k{number}: ${{BIG}}\n" for number in range(9))

    root, found = fill(text, env)

    assert [one.name for one in found] == ["expansion-too-large"]
    assert found[0].place.span.line == 5
    assert "16,777,216" in found[0].message
    assert get(root, "k3").text == env["BIG"]
    assert all(get(root, f"k{number}").unknown for number in range(4, 9))
    assert fill(text.partition("k4")[0], env)[1] == []
