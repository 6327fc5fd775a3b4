"""The policy: which file is in force, what is wrong with it, and what it allows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import ProfileError
from assembler.policy import Policy, Settings, Use, find_policy, load_policy
from tests.support.projects import write_files

if TYPE_CHECKING:
    from assembler.diagnostics.diagnostic import Diagnostic


def write_policy(folder: Path, table: str, name: str = "pyproject.toml") -> Path:
    """Write a policy file with that table."""
    write_files(folder, {name: f"[tool.assembler]\n{table}"})
    return folder / name


def find_fault(file: Path) -> Diagnostic:
    """Return what is wrong with a policy file."""
    with pytest.raises(ProfileError) as caught:
        load_policy(file)
    (fault,) = caught.value.diagnostics
    return fault


def test_nearest_file_with_the_table_is_in_force(tmp_path: Path) -> None:
    """From the current directory upward; a `pyproject.toml` without the table does not count."""
    outer = write_policy(tmp_path, 'package = "outer"\n')
    inner = write_policy(tmp_path / "a", 'package = "inner"\n')
    write_files(tmp_path, {"a/b/pyproject.toml": "[project]\n", "a/b/c/pyproject.toml/x": ""})
    below = tmp_path / "a" / "b" / "c"

    assert find_policy({}, below).path == inner
    assert find_policy({}, inner.parent).settings.package == "inner"
    assert find_policy({}, tmp_path).path == outer


def test_named_file_goes_before_the_found_one(tmp_path: Path) -> None:
    """What the command line says goes before the variable; both are relative to the folder."""
    write_policy(tmp_path, "")
    by_variable = write_policy(tmp_path / "x", "", "variable.toml")
    by_option = write_policy(tmp_path, "", "option.toml")
    env = {"ASSEMBLER_POLICY": "x/variable.toml"}

    assert find_policy(env, tmp_path).path == by_variable
    assert find_policy(env, tmp_path, "option.toml").path == by_option
    assert find_policy(env, Path("/"), str(by_option)).path == by_option
    assert find_policy({"ASSEMBLER_POLICY": ""}, tmp_path).path == tmp_path / "pyproject.toml"


def test_without_a_file_the_defaults_are_in_force() -> None:
    """Then everything is allowed, and there is no root."""
    policy = find_policy({}, Path("/"))

    assert (policy.path, policy.root, policy.shown) == (None, None, "the policy")
    assert policy.settings.profiles == "profiles"
    assert policy.settings.fail_level == "error"
    assert policy.settings.pythonpath == policy.settings.ignore == []
    assert policy.settings.allow is policy.settings.allow_files is policy.settings.select is None
    assert policy.settings.package is policy.settings.migrations is None
    assert policy.is_module_allowed("os")
    assert policy.is_file_allowed(Path("/etc/passwd"))
    assert policy.is_file_allowed(Path("/etc/config.py"), Use.CODE)
    assert str(policy.find_place("allow", "x")) == "the policy:1:1"


def test_named_file_without_the_table_is_all_defaults(tmp_path: Path) -> None:
    """Naming a file says where the project's root is."""
    write_files(tmp_path, {"other.toml": "[tool]\nx = 1\n", "tool.toml": "tool = 1\n"})
    for name in ("other.toml", "tool.toml"):
        policy = load_policy(tmp_path / name)
        assert (policy.root, policy.settings.allow) == (tmp_path, None)


def test_root_and_name_are_those_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A message shows the file as it is reached from here."""
    file = write_policy(tmp_path, "")
    monkeypatch.chdir(tmp_path)

    assert load_policy(Path("pyproject.toml")).path == file
    assert load_policy(file).root == tmp_path
    assert load_policy(file).shown == "pyproject.toml"


def test_file_that_changes_is_read_again(tmp_path: Path) -> None:
    """It is parsed once for every state of the file, for every app."""
    file = write_policy(tmp_path, 'package = "one"\n')
    first = load_policy(file)
    file.write_text('[tool.assembler]\npackage = "another"\n', "utf-8")

    assert (first.settings.package, load_policy(file).settings.package) == ("one", "another")


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("[tool.assembler]\nallow = [\n", (1, 1), "not TOML"),
        ("x = 1\ny = = 2\n", (2, 5), "not TOML"),
        pytest.param(f"x = {'[' * 20_000}", (1, 1), "nested too deep", id="deep"),
        ("tool.assembler = 1\n", (1, 6), "expected a table at [tool.assembler]"),
        ("tool.assembler = []\n", (1, 6), "expected a table at [tool.assembler]"),
        ("[tool.assembler]\nalow = []\n", (2, 1), "alow"),
        ("[tool.assembler]\nallow = 1\n", (2, 1), "allow"),
        ("[project]\nallow = 1\n[tool.assembler]\n  'allow' = 1\n", (4, 3), "allow"),
        ("[tool]\nassembler.allow = 1\n", (2, 11), "allow"),
        ("[tool]\nassembler = {allow = 1}\n", (1, 1), "allow"),
        ("[tool.assembler]\nallow = ['a', 1]\n", (2, 1), "allow.1"),
        ("[tool.assembler]\nfail_level = 'never'\n", (2, 1), "fail_level"),
        ("[tool.assembler]\ndocs_url = 'ftp://docs'\n", (2, 1), "docs_url"),
        ("[tool.assembler]\ndocs_url = 'docs/http://'\n", (2, 1), "docs_url"),
    ],
)
def test_broken_file_is_a_diagnostic(
    tmp_path: Path, text: str, place: tuple[int, int], words: str
) -> None:
    """At the line that TOML names, at the key, else at the start of the file."""
    write_files(tmp_path, {"policy.toml": text})

    fault = find_fault(tmp_path / "policy.toml")

    assert fault.name == "policy-broken"
    assert words in fault.message
    assert fault.place.path.endswith("policy.toml")
    assert (fault.place.span.line, fault.place.span.column) == place
    assert fault.hint


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("alow = []", "Did you mean 'allow'?"),
        ("allow-files = []", "Did you mean 'allow_files'?"),
        ("allow = 'shop'", 'Write a list of strings: `allow = ["…"]`.'),
        ("fail_level = 'warn'", "Did you mean 'warning'?"),
        ("package = 1", "Write a string."),
        *(
            (f"{key} = 'x'", f'Write a list of strings: `{key} = ["…"]`.')
            for key in ("allow_files", "ignore", "pythonpath", "select")
        ),
        (
            "per_file_ignores = {a = 'x'}",
            (
                "Write a list of rules for each pattern: "
                '`per_file_ignores = {"profiles/x.yaml" = ["…"]}`.'
            ),
        ),
    ],
)
def test_broken_table_leads_to_the_edit(tmp_path: Path, line: str, hint: str) -> None:
    """The key that is meant, or what to write."""
    assert find_fault(write_policy(tmp_path, f"{line}\n")).hint == hint


def test_broken_table_lists_the_keys(tmp_path: Path) -> None:
    """The hint has all there are."""
    fault = find_fault(write_policy(tmp_path, "rules = []\n"))

    assert all(key in str(fault.hint) for key in ("profiles", "allow_files", "fail_level"))


def test_every_wrong_key_is_reported(tmp_path: Path) -> None:
    """All at once, each by its name."""
    file = write_policy(tmp_path, "alow = []\nprofiles = 1\nselect = 'x'\n")
    with pytest.raises(ProfileError) as caught:
        load_policy(file)

    said = [one.message for one in caught.value.diagnostics]
    assert [key for key in ("alow", "profiles", "select") if any(key in one for one in said)] == [
        "alow",
        "profiles",
        "select",
    ]
    assert len(said) == 3


def test_file_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    """A missing file, a folder, and bytes that are not UTF-8."""
    (tmp_path / "latin.toml").write_bytes(b"# \xe9\n")

    assert "no such file or directory" in find_fault(tmp_path / "none.toml").message
    assert "is a directory" in find_fault(tmp_path).message
    assert "not utf-8" in find_fault(tmp_path / "latin.toml").message.lower()


def test_folder_that_cannot_be_searched_is_passed_over(tmp_path: Path) -> None:
    """The search for a policy goes on above it."""
    file = write_policy(tmp_path, "")

    assert find_policy({}, tmp_path / ("x" * 300)).path == file


def make_policy(folder: Path, table: str) -> Policy:
    """Return the policy of that table."""
    return load_policy(write_policy(folder, table))


@pytest.mark.parametrize(
    ("module", "is_allowed"),
    [
        ("shop", True),
        ("shop.models", True),
        ("shop.models.users", True),
        ("shopping", False),
        ("os", False),
        ("flask_login", True),
        ("flask", False),
        ("sh", False),
    ],
)
def test_allowed_package_includes_all_below_it(
    tmp_path: Path, module: str, *, is_allowed: bool
) -> None:
    """A name that only starts like an allowed one is another package."""
    policy = make_policy(tmp_path, 'allow = ["shop", "flask_login"]\n')

    assert policy.is_module_allowed(module) is is_allowed


def test_empty_list_allows_nothing(tmp_path: Path) -> None:
    """It is not the same as no list."""
    policy = make_policy(tmp_path, "allow = []\nallow_files = []\n")

    assert not policy.is_module_allowed("shop")
    assert not policy.is_file_allowed(tmp_path / "x")


def test_files_are_allowed_below_the_listed_folders(tmp_path: Path) -> None:
    """Relative to the policy file; a link counts as where it leads."""
    write_files(tmp_path, {"in/a/x.env": "", "out/y.env": "", "inside/z.env": ""})
    (tmp_path / "in" / "leads-out").symlink_to(tmp_path / "out" / "y.env")
    (tmp_path / "out" / "leads-in").symlink_to(tmp_path / "in" / "a" / "x.env")
    (tmp_path / "in" / "circle").symlink_to(tmp_path / "in" / "circle")
    policy = make_policy(tmp_path, f'allow_files = ["in", "{tmp_path}/absolute"]\n')

    allowed = ["in/a/x.env", "in/none", "out/leads-in", "absolute/b"]
    refused = ["out/y.env", "inside/z.env", "in/../out/y.env", "in/leads-out", "in/circle"]
    assert [name for name in allowed if not policy.is_file_allowed(tmp_path / name)] == []
    assert [name for name in refused if policy.is_file_allowed(tmp_path / name)] == []
    assert policy.is_file_allowed(tmp_path / "in" / "a" / "x.env", Use.CODE)


def test_code_needs_its_folder_listed_where_modules_are(tmp_path: Path) -> None:
    """A Python file would get round the list of modules."""
    policy = make_policy(tmp_path, 'allow = ["shop"]\n')

    assert policy.is_file_allowed(tmp_path / "x.env")
    assert policy.is_file_allowed(tmp_path / "x.log", Use.FILE)
    assert not policy.is_file_allowed(tmp_path / "x.py", Use.CODE)
    assert not policy.is_file_allowed(tmp_path.parent / "x.log", Use.FILE)


def test_own_files_need_not_be_listed_and_secrets_do(tmp_path: Path) -> None:
    """Code, logs and data below the project's root are its own, where no list of modules is."""
    policy = make_policy(tmp_path, 'allow_files = ["in"]\n')

    own = tmp_path / "own" / "x"
    assert [use for use in Use if not policy.is_file_allowed(own, use)] == [Use.SECRET]
    foreign = tmp_path.parent / "x"
    assert [use for use in Use if policy.is_file_allowed(foreign, use)] == []


@pytest.mark.parametrize("use", [Use.FILE, Use.FOLDER])
def test_instance_folder_is_the_app_s_own_wherever_it_is(tmp_path: Path, use: Use) -> None:
    """Beside the project's root, which stays its own; others are not."""
    policy = make_policy(tmp_path / "project", 'allow = ["shop"]\n')
    instance = tmp_path / "instance"

    for own in (instance / "app.log", tmp_path / "project" / "app.log"):
        assert policy.find_refusal(own, use, instance=instance) is None
    assert policy.find_refusal(tmp_path / "other" / "app.log", use, instance=instance) is not None
    assert policy.find_refusal(instance / "app.log", use) is not None


@pytest.mark.parametrize(
    ("named", "use", "shown", "entry"),
    [
        ("/etc/shop/x.ini", Use.CODE, None, "/etc/shop"),
        ("/etc/shop/x.ini", Use.CODE, "/etc/shop/x.ini", "/etc/shop"),
        ("/etc/shop", Use.FOLDER, "/etc/shop", "/etc/shop"),
        ("{root}/conf/x.py", Use.CODE, None, "conf"),
        ("{root}/conf/x.py", Use.CODE, "conf/x.py", "conf"),
        ("{root}/../out/x.py", Use.CODE, "../out/x.py", "../out"),
        ("{root}/../out/x", Use.FOLDER, "../out/x", "../out/x"),
    ],
)
def test_refused_file_leads_to_the_line_to_add(
    tmp_path: Path, named: str, use: Use, shown: str | None, entry: str
) -> None:
    """The folder: from the policy's where it is below it or was written from there, else whole."""
    root = tmp_path / "root"
    policy = make_policy(root, "allow = []\n")
    file = named.format(root=root)

    fault = policy.find_refusal(Path(file), use, shown=shown)

    assert fault is not None
    assert fault.message == f'the policy does not allow the file "{shown or file}"'
    hint = f'Add `allow_files = ["{entry}"]` to [tool.assembler] in {policy.shown}.'
    assert (fault.hint, fault.code) == (hint, codes.FILE_NOT_ALLOWED)


def test_refused_file_is_added_to_the_list_there_is(tmp_path: Path) -> None:
    """The hint does not suggest a second list."""
    policy = make_policy(tmp_path, 'allow_files = ["in"]\n')

    fault = policy.find_refusal(tmp_path / "out" / "x", Use.SECRET, shown="out/x")

    assert fault is not None
    assert fault.hint == f'Add "out" to `allow_files` in {policy.shown}.'


def test_refused_module_leads_to_the_line_to_add() -> None:
    """What the list takes is a module, not an attribute of it."""
    policy = Policy(None, Settings(allow=["shop"]))

    assert policy.find_refusal("shop.models", Use.MODULE) is None
    fault = policy.find_refusal("mail.sender", Use.MODULE)
    assert fault is not None
    assert fault.message == 'the policy does not allow the module "mail.sender"'
    hint = 'Add "mail.sender" to `allow` in the policy.'
    assert (fault.hint, fault.code) == (hint, codes.NOT_ALLOWED)
    assert policy.get_module_hint("mail.sender:db") == hint


def test_settings_without_a_file_limit_no_files() -> None:
    """There is no root that a list would be relative to."""
    assert not Policy(None, Settings(allow=[], allow_files=[])).limits_files


@pytest.mark.parametrize(
    ("key", "text", "place"),
    [
        ("select", "usual-order", (4, 11)),
        ("ignore", "usual-order", (7, 5)),
        ("ignore", "ASM1xx", (6, 11)),
        ("ignore", "nowhere", (1, 1)),
        ("fail_level", "info", (9, 18)),
    ],
)
def test_place_of_a_value_is_where_the_file_says_it(
    tmp_path: Path, key: str, text: str, place: tuple[int, int]
) -> None:
    """Below its key, in either kind of quotes; else the start of the file."""
    file = tmp_path / "pyproject.toml"
    file.write_text(
        """\
[tool.other]
x = "usual-order"
[tool.assembler]
select = ["usual-order"]
# ignore "ASM1xx"
ignore = ["ASM1xx",
    'usual-order',
]
"fail_level"   = "info"
""",
        "utf-8",
    )
    span = load_policy(file).find_place(key, text).span

    assert (span.line, span.column) == place
    if place != (1, 1):
        assert (span.end_line, span.end_column - span.column) == (span.line, len(text) + 2)
