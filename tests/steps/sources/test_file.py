"""The config sources `file` and `dotenv`."""

from __future__ import annotations

import os
from pathlib import Path
from textwrap import dedent

import pytest
from dotenv import dotenv_values
from flask import Flask
from pydantic import ValidationError

from assembler.diagnostics import codes
from assembler.diagnostics.faults import StepFault
from assembler.policy import Use, load_policy
from tests.support.source_context import SourceBench, load_source


@pytest.fixture
def context(tmp_path: Path) -> SourceBench:
    """Return the context of a source on an app with an instance folder of its own."""
    (tmp_path / "instance").mkdir()
    return SourceBench(Flask(__name__, instance_path=str(tmp_path / "instance")), tmp_path)


EXPECTED = {"NAME": "shop", "SIZE": 5, "NESTED": {"lower": [True, 1.5]}}
FILES = {
    "c.py": "NAME = 'shop'\nSIZE = len('12345')\nNESTED = {'lower': [True, 1.5]}\nlower = 1\n",
    "c.toml": 'NAME = "shop"\nSIZE = 5\n[NESTED]\nlower = [true, 1.5]\n[section]\nA = 1\n',
    "c.json": '{"NAME": "shop", "SIZE": 5, "NESTED": {"lower": [true, 1.5]}, "lower": 1}',
    "c.yaml": "NAME: shop\nSIZE: 5\nNESTED:\n  lower: [true, 1.5]\nlower: 1\n",
    "C.YML": "NAME: shop\nSIZE: 5\nNESTED:\n  lower: [true, 1.5]\nlower: 1\n",
}


@pytest.mark.parametrize("name", sorted(FILES))
def test_each_format_gives_the_upper_case_keys(context: SourceBench, name: str) -> None:
    """Every format says the same, and lower-case keys are left out as Flask leaves them out."""
    (context.folder / name).write_text(FILES[name])

    assert load_source(context, "file", path=name) == EXPECTED


def test_a_byte_order_mark_is_no_part_of_a_file(context: SourceBench) -> None:
    """Editors that write one do not break the file."""
    for name in ("c.json", "c.toml", "c.yaml"):
        (context.folder / name).write_text(FILES[name], encoding="utf-8-sig")
        assert load_source(context, "file", path=name) == EXPECTED


@pytest.mark.parametrize(
    ("relative_to", "folder"), [("profile", "profiles"), ("instance", "instance"), ("root", ".")]
)
def test_a_path_starts_where_the_step_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, relative_to: str, folder: str
) -> None:
    """The file of that folder is read, from whichever directory the process was started in."""
    for name in ("profiles", "instance", "elsewhere"):
        (tmp_path / name).mkdir()
    for name in ("profiles", "instance", "."):
        (tmp_path / name / "c.toml").write_text(f'FROM = "{name}"\n')
    monkeypatch.chdir(tmp_path / "elsewhere")
    app = Flask(__name__, instance_path=str(tmp_path / "instance"))
    context = SourceBench(app, tmp_path / "profiles")
    context.root = tmp_path

    assert load_source(context, "file", path="c.toml", relative_to=relative_to) == {"FROM": folder}
    absolute = str(tmp_path / folder / "c.toml")
    assert load_source(context, "file", path=absolute, relative_to="instance") == {"FROM": folder}


def test_a_python_file_is_run_as_flask_runs_it(context: SourceBench) -> None:
    """It knows its own name and file, and is run anew each time."""
    file = context.folder / "c.py"
    file.write_text(
        "import os\nFILE = __file__\nNAME = __name__\nFOLDER = os.path.dirname(__file__)\n"
    )
    by_hand = Flask("by_hand", root_path=str(context.folder))
    before = dict(by_hand.config)
    by_hand.config.from_pyfile("c.py")

    values = load_source(context, "file", path="c.py")

    assert values == {key: value for key, value in by_hand.config.items() if key not in before}
    file.write_text("FILE = 'another'\n")
    assert load_source(context, "file", path="c.py") == {"FILE": "another"}


@pytest.mark.parametrize("name", ["c.ini", "c", "env", ".environment", "c.py.bak"])
def test_a_suffix_that_says_nothing_is_refused_before_running(name: str) -> None:
    """The options themselves refuse it, so that linting finds it."""
    context = SourceBench(Flask(__name__), Path("/nowhere"))
    with pytest.raises(ValidationError) as caught:
        load_source(context, "file", path=name)

    (error,) = caught.value.errors()
    assert error["loc"] == ("path",)
    assert str(error["ctx"]["error"]) == (
        "expected a path that ends in .py, .cfg, .toml, .json, .yaml, .yml or .env"
    )


@pytest.mark.parametrize("source", ["file", "dotenv"])
def test_a_missing_file_is_an_error_unless_optional(context: SourceBench, source: str) -> None:
    """The error says where it was looked for; with `optional` there is nothing, and no error."""
    assert load_source(context, source, path="x/.env", optional=True) == {}
    with pytest.raises(StepFault) as caught:
        load_source(context, source, path="x/.env")

    assert caught.value.code is codes.CONFIG_FILE_MISSING
    assert caught.value.option == ("path",)
    assert caught.value.message == f'the config file "x/.env" does not exist in {context.folder}/x'
    assert caught.value.hint == "Create the file, or set `optional: true`."


def test_a_misspelt_file_is_recognised(context: SourceBench) -> None:
    """The hint names the neighbour that was meant."""
    (context.folder / "production.toml").touch()
    with pytest.raises(StepFault) as caught:
        load_source(context, "file", path="prodution.toml")

    assert caught.value.hint == "Did you mean 'production.toml'?"


def test_a_directory_is_no_file(context: SourceBench) -> None:
    """A container's mount of a file that is not there is a directory: missing, for Flask too."""
    (context.folder / "c.toml").mkdir()

    assert load_source(context, "file", path="c.toml", optional=True) == {}
    with pytest.raises(StepFault, match="is a directory"):
        load_source(context, "file", path="c.toml")


def test_a_file_that_cannot_be_read_is_an_error_even_if_optional(context: SourceBench) -> None:
    """Optional is about being there, not about being readable."""
    (context.folder / "c.toml").symlink_to("c.toml")
    with pytest.raises(StepFault, match="cannot be read: too many levels"):
        load_source(context, "file", path="c.toml", optional=True)


BROKEN = [
    ("c.toml", b"A = 1\nB = = 2\n", "2:5: invalid value"),
    ("c.toml", b"A = 1\nB = [\n", None),
    ("c.toml", b"A = 1\nA = 2\n", None),
    ("c.toml", b"A = '\xe9'\n", "1:6: it is not UTF-8"),
    ("c.toml", b"A = " + b"[" * 100_000, "1:1: it is nested too deep"),
    ("c.json", b'{"A": 1,\n "B" 2}', "2:6: expecting ':' delimiter"),
    ("c.json", b'{\n"A": "\xff"}', "2:7: it is not UTF-8"),
    ("c.json", b"[" * 100_000, "1:1: it is nested too deep"),
    ("c.json", b'{"A": ' + b"1" * 5_000 + b"}", "1:1: a number is too long"),
    ("c.yaml", b"A: 1\nA: 2\n", "2:1: "),
    ("c.yaml", b"A: [1\nB: 2\n", None),
    ("c.py", b"A = 1\nB = (\n", "2:5: '(' was never closed"),
    ("c.py", b"A = 1\nB = A / 0\n", "2:5: ZeroDivisionError: division by zero"),
    ("c.py", b"A = 1\nimport nothing_like_it\n", "2:1: ModuleNotFoundError: No module"),
    (".env", b"A=1\n\n  'B=2\n", "3:3: expected KEY=value"),
    (".env.local", b"A=1\n\xff=2\n", "2:1: it is not UTF-8"),
]


@pytest.mark.parametrize(("name", "content", "expected"), BROKEN)
def test_a_broken_file_says_where(
    context: SourceBench, name: str, content: bytes, expected: str | None
) -> None:
    """File, line and column are in the message, and a place of its own points into the file."""
    (context.folder / name).write_bytes(content)
    with pytest.raises(StepFault) as caught:
        load_source(context, "file", path=name)

    fault = caught.value
    assert fault.code is codes.CONFIG_FILE_BROKEN
    assert fault.option == ("path",)
    assert fault.message.startswith(f"the config file is broken: {name}:{expected or ''}")
    place = fault.related[0].place
    assert place.path == str(context.folder / name)
    assert 1 <= place.span.line <= content.count(b"\n") + 1
    assert f"{name}:{place.span.line}:{place.span.column}: " in fault.message


def test_everything_that_is_wrong_with_a_yaml_or_dotenv_file_is_said(context: SourceBench) -> None:
    """One fault does not hide the next."""
    (context.folder / "c.yaml").write_text("A: 0755\nB: 1\nB: 2\n")
    (context.folder / ".env").write_text("=1\nB=1\n=2\n")
    for name in ("c.yaml", ".env"):
        with pytest.raises(StepFault) as caught:
            load_source(context, "file", path=name)
        faults = (caught.value, *caught.value.more)
        assert [fault.related[0].place.span.line for fault in faults] == [1, 3]


@pytest.mark.parametrize(("name", "content"), [("c.json", "[1]"), ("c.json", "null")])
def test_a_file_without_keys_is_refused(context: SourceBench, name: str, content: str) -> None:
    """A list has no keys to set."""
    (context.folder / name).write_text(content)
    with pytest.raises(StepFault) as caught:
        load_source(context, "file", path=name)

    assert caught.value.code is codes.CONFIG_NOT_A_MAPPING


DOTENV = """\
# a comment
export NAME=shop
URL="postgresql://${HOST}/${NAME}"
SINGLE='${HOST}'
DEFAULT=${NOT_THERE:-default}
MISSING=<${NOT_THERE}>
DOLLARS=$HOST $$
NAME=again
AFTER=${NAME}
MULTI="a
b"
BARE
EMPTY=
lower=left out
"""


@pytest.mark.parametrize("source", ["file", "dotenv"])
def test_a_dotenv_file_reads_as_python_dotenv_reads_it(
    context: SourceBench, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    """Values, quotes, and `${…}` of the file before the environment's: as python-dotenv has it."""
    (context.folder / ".env").write_text(DOTENV)
    context.env = {"HOST": "db", "NAME": "environment"}

    values = load_source(context, source, path=".env")

    monkeypatch.setenv("HOST", "db")
    monkeypatch.setenv("NAME", "environment")
    by_hand = dotenv_values(context.folder / ".env")
    expected = {key: value for key, value in by_hand.items() if key.isupper() and value is not None}
    assert values == expected
    assert values["URL"] == "postgresql://db/shop"


def test_a_dotenv_file_does_not_touch_the_environment(context: SourceBench) -> None:
    """Neither is it changed, nor does the process's have a say where another stands in for it."""
    (context.folder / ".env").write_text("A=${PATH}${GIVEN}\nPATH=x\n")
    context.env = {"GIVEN": "given"}
    before = dict(os.environ)

    assert load_source(context, "dotenv") == {"A": "given", "PATH": "x"}
    assert dict(os.environ) == before


def test_outside_the_root_the_policy_says_what_may_be_read(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """With `allow_files` a file beyond the project's root is refused, by whichever path."""
    outside = tmp_path_factory.mktemp("outside")
    (outside / "c.toml").write_text("A = 1\n")
    (tmp_path / "c.toml").write_text("A = 2\n")
    (tmp_path / "link.toml").symlink_to(outside / "c.toml")
    policy = tmp_path / "pyproject.toml"
    policy.write_text(
        dedent("""\
        [tool.assembler]
        allow_files = ["secrets"]
        """)
    )
    context = SourceBench(Flask(__name__), tmp_path, policy=load_policy(policy))

    assert load_source(context, "file", path="c.toml") == {"A": 2}
    for path in (str(outside / "c.toml"), f"../{outside.name}/c.toml", "link.toml"):
        with pytest.raises(StepFault) as caught:
            load_source(context, "file", path=path, optional=True)
        assert caught.value.code is codes.FILE_NOT_ALLOWED


def test_variables_of_a_dotenv_file_expand_within_a_limit(context: SourceBench) -> None:
    """Each line doubles the one before it."""
    lines = ["V0=0123456789\n", *(f"V{n}=${{V{n - 1}}}${{V{n - 1}}}\n" for n in range(1, 40))]
    (context.folder / ".env").write_text("".join(lines))

    with pytest.raises(StepFault, match=r"broken: .*: its variables expand to more"):
        load_source(context, "dotenv", path=".env")


def test_a_cfg_file_is_python_as_in_flask(context: SourceBench) -> None:
    """Flask's own name for a config file."""
    (context.folder / "shop.cfg").write_text("NAME = 'shop'\nSIZE = len(NAME)\n")
    by_hand = Flask(__name__, root_path=str(context.folder))
    by_hand.config.from_pyfile("shop.cfg")

    values = load_source(context, "file", path="shop.cfg")

    assert values == {"NAME": "shop", "SIZE": by_hand.config["SIZE"]}


@pytest.mark.parametrize("name", ["shop.py", "shop.cfg"])
def test_code_outside_the_root_is_named_as_code(context: SourceBench, name: str) -> None:
    """The policy decides on both alike."""
    asked: list[Use] = []
    context.check_file = lambda path, use: asked.append(use)  # type: ignore[method-assign]  # noqa: ARG005 - the form of a context
    context.root = context.folder / "instance"
    (context.folder / name).write_text("A = 1\n")

    load_source(context, "file", path=name)

    assert asked == [Use.CODE]


TABLES = {
    "c.toml": '[tool.shop]\nNAME = "shop"\nlower = 1\n[tool."a.b"]\nNAME = "dotted"\n',
    "c.json": '{"tool": {"shop": {"NAME": "shop"}, "a.b": {"NAME": "dotted"}}}',
    "c.yaml": "tool:\n  shop: {NAME: shop}\n  a.b: {NAME: dotted}\n",
}


@pytest.mark.parametrize("name", sorted(TABLES))
@pytest.mark.parametrize(("table", "value"), [("tool.shop", "shop"), ("tool.a.b", "dotted")])
def test_a_table_holds_the_keys(context: SourceBench, name: str, table: str, value: str) -> None:
    """Its path goes into mappings; a key that has dots itself is found as well."""
    (context.folder / name).write_text(TABLES[name])

    assert load_source(context, "file", path=name, table=table) == {"NAME": value}
    assert context.warnings == []


@pytest.mark.parametrize(
    ("table", "message", "hint"),
    [
        ("tool.shpo", 'has no table "tool.shpo"', "Did you mean 'tool.shop'?"),
        ("x", 'has no table "x"', "Name a table of the file."),
        ("tool.shop.NAME", 'has a value, not a table, at "tool.shop.NAME"', None),
    ],
)
def test_a_table_that_is_not_there_is_an_error(
    context: SourceBench, table: str, message: str, hint: str | None
) -> None:
    """With the near miss, at the option."""
    (context.folder / "c.toml").write_text(TABLES["c.toml"])

    with pytest.raises(StepFault) as caught:
        load_source(context, "file", path="c.toml", table=table)

    assert caught.value.message == f'the config file "c.toml" {message}'
    assert caught.value.option == ("table",)
    assert hint is None or caught.value.hint == hint


@pytest.mark.parametrize("name", ["c.py", "c.cfg", ".env"])
def test_a_table_of_a_file_without_tables_is_refused(context: SourceBench, name: str) -> None:
    """Before the file is read."""
    with pytest.raises(ValidationError, match="only TOML, JSON and YAML files have tables"):
        load_source(context, "file", path=name, table="tool.shop")


@pytest.mark.parametrize(
    ("name", "text", "hint"),
    [
        ("c.toml", TABLES["c.toml"], "Add `table: tool.shop`, which has upper-case keys."),
        ("c.toml", "title = 1\n", "Write upper-case keys in it, or remove the step."),
        ("c.yaml", "a: 1", "Write upper-case keys in it, or remove the step."),
        ("c.py", "title = 1\n", "Write upper-case keys in it, or remove the step."),
        (".env", "# TITLE=1\n", "Write upper-case keys in it, or remove the step."),
    ],
)
def test_a_file_that_sets_no_key_is_a_warning(
    context: SourceBench, name: str, text: str, hint: str
) -> None:
    """Flask would leave out all that it holds."""
    (context.folder / name).write_text(text)

    assert load_source(context, "file", path=name) == {}

    (warning,) = context.warnings
    assert (warning.code, warning.hint) == (codes.EMPTY_CONFIG_FILE, hint)
    assert warning.message == (
        f'the config file "{name}" sets no key: none of its keys is upper-case'
    )


def test_an_optional_file_that_is_not_there_is_no_warning(context: SourceBench) -> None:
    """It need not be there."""
    assert load_source(context, "file", path="c.toml", optional=True) == {}
    assert context.warnings == []


def test_a_wrong_value_of_a_table_is_found_in_it(context: SourceBench) -> None:
    """Not in the table after it that has the same key."""
    text = '[a]\nX = 1\nTESTING = "no"\n[b]\nTESTING = true\n'
    (context.folder / "c.toml").write_text(text)

    with pytest.raises(StepFault) as caught:
        load_source(context, "file", path="c.toml", table="a")

    assert caught.value.message.startswith("c.toml:3:1: TESTING: expected true or false")
