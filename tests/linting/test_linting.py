"""Test that lint finds what planning finds, where it is written, once."""

from __future__ import annotations

import gc
import json
import os
import tracemalloc
from contextlib import chdir
from typing import TYPE_CHECKING

import pytest

from assembler.diagnostics.diagnostic import Collector
from assembler.linting.engine import Linter
from assembler.linting.selection import build_selection
from assembler.linting.targets import Target, find_targets
from assembler.policy import find_policy
from tests.support.linting import lint_files
from tests.support.processes import run_cli
from tests.support.projects import write_files

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

POLICY = '[tool.assembler]\npackage = "shop"\n'
CLEAN = "version: 1\nextensions: [proxy_fix]\n"
BASE = """\
version: 1
abstract: true
extensions:
  - {use: migrate, after: [database]} # a child adds it
  - {use: health, with: {prefx: /x}}
"""
CHILD = "extends: base.yaml\nextensions: [{use: database, before: [migrate]}]\n"


def lint(
    folder: Path, files: dict[str, str], *args: str, stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    """Lint in a folder with ``files``."""
    write_files(folder, {"pyproject.toml": POLICY, **files})
    return run_cli(["-m", "assembler", "lint", *args], folder, stdin=stdin)


def test_clean_profiles_exit_0_and_the_last_line_says_what_was_checked(tmp_path: Path) -> None:
    """By default the folder profiles/."""
    done = lint(tmp_path, {"profiles/a.yaml": CLEAN, "profiles/deep/b.yml": CLEAN})
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "2 profiles; not imported: run with --deep\n"


def test_what_a_child_inherits_is_reported_once_where_it_is_written(tmp_path: Path) -> None:
    """With the child as a related place; the base is not blamed for what the child supplies."""
    done = lint(tmp_path, {"base.yaml": BASE, "child.yaml": CHILD}, ".")
    assert done.returncode == 1
    assert done.stdout.splitlines()[0].startswith("base.yaml:5:26: error[ASM201]")
    assert done.stdout.count("error[") == 1
    assert "  note: child.yaml:1:1: inherited here" in done.stdout


def test_naming_a_base_lints_all_that_extend_it(tmp_path: Path) -> None:
    """At any distance: a commit hook passes only what changed."""
    files = {
        "base.yaml": "version: 1\nabstract: true\n",
        "child.yaml": "extends: base.yaml\nabstract: true\n",
        "grandchild.yaml": "extends: [child.yaml]\nextensions: [databse]\n",
        "other.yaml": "version: 1\nextensions: [databse]\n",
    }
    done = lint(tmp_path, files, "base.yaml")
    assert [line.split(":")[0] for line in done.stdout.splitlines() if "error[" in line] == [
        "grandchild.yaml"
    ]
    assert "3 profiles, 1 error" in done.stderr


@pytest.mark.parametrize("path", ["nowhere.yaml", "none/*.yaml", "empty"])
def test_a_path_that_matches_nothing_is_an_error(tmp_path: Path, path: str) -> None:
    """A run that checked nothing must not look clean."""
    (tmp_path / "empty").mkdir()
    done = lint(tmp_path, {}, path)
    assert done.returncode == 1
    assert f"{path}:1:1: error[ASM121]" in done.stdout


def test_standard_input_is_linted_under_the_name_given(tmp_path: Path) -> None:
    """With its bases beside that name."""
    done = lint(
        tmp_path,
        {"profiles/base.yaml": "version: 1\nabstract: true\n"},
        "-",
        "--stdin-filename",
        "profiles/web.yaml",
        stdin="extends: base.yaml\nextensions: [databse]\n",
    )
    assert done.stdout.splitlines()[0] == (
        "profiles/web.yaml:2:14: error[ASM502] no extension is called 'databse' [unknown-name]"
    )


def test_a_variable_that_is_not_set_is_reported_with_env_only(tmp_path: Path) -> None:
    """Without it nobody knows what will be set, and nothing that follows is blamed."""
    text = 'version: 1\nserver: {workers: "${NOT_SET_ANYWHERE}"}\n'
    assert lint(tmp_path, {"a.yaml": text}, "a.yaml").stdout == ""
    assert "error[ASM304]" in lint(tmp_path, {"a.yaml": text}, "a.yaml", "--env").stdout


WARNED = "version: 1\ndescription: on\n"


def test_warnings_fail_only_where_they_are_asked_to(tmp_path: Path) -> None:
    """The default level is error."""
    assert lint(tmp_path, {"a.yaml": WARNED}, "a.yaml").returncode == 0
    assert lint(tmp_path, {"a.yaml": WARNED}, "a.yaml", "--fail-level", "warning").returncode == 1


@pytest.mark.parametrize("rule", ["ASM117", "boolean-word", "ASM1", "asm1xx", "ASM201,ASM117"])
def test_a_rule_is_ignored_by_code_family_or_name(tmp_path: Path, rule: str) -> None:
    """Several with a comma."""
    assert lint(tmp_path, {"a.yaml": WARNED}, "a.yaml", "--ignore", rule).stdout == ""


def test_a_rule_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    """And what was meant is said."""
    done = lint(tmp_path, {"a.yaml": WARNED}, "a.yaml", "--select", "boolen-word")
    assert done.returncode == 2
    assert "Did you mean 'boolean-word'?" in done.stderr


def test_a_file_that_cannot_be_read_is_never_ignored(tmp_path: Path) -> None:
    """Broken YAML must not exit 0."""
    text = "# assembler: ignore-file[yaml-syntax]\na: [\n"
    done = lint(tmp_path, {"a.yaml": text}, "a.yaml", "--ignore", "ASM1xx")
    assert done.returncode == 1
    assert "error[ASM101]" in done.stdout


def test_a_comment_silences_a_rule_on_its_line(tmp_path: Path) -> None:
    """There only; one at the top silences the whole file."""
    line = "version: 1\ndescription: on # assembler: ignore[boolean-word] it is a word\n"
    assert lint(tmp_path, {"a.yaml": line}, "a.yaml").stdout == ""
    head = f"# assembler: ignore-file[ASM117] words\n{WARNED}"
    assert lint(tmp_path, {"a.yaml": head}, "a.yaml").stdout == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"# assembler: ignore-file[tab]\n{CLEAN}", "a.yaml:1:1: warning[ASM125] 'tab' silences"),
        (f"{CLEAN}# assembler: ignore\n", "a.yaml:3:1: error[ASM126] the comment names no rule"),
        (f"{CLEAN}# assembler: ignore[tba]\n", "a.yaml:3:1: error[ASM126] unknown rule 'tba'"),
        (
            f"{CLEAN}# assembler: ignore-file[tab]\n",
            "a.yaml:3:1: error[ASM126] ignore-file must come",
        ),
    ],
)
def test_a_comment_that_silences_nothing_is_reported(tmp_path: Path, text: str, said: str) -> None:
    """So that none outlives its reason."""
    assert lint(tmp_path, {"a.yaml": text}, "a.yaml").stdout.startswith(said)


@pytest.mark.parametrize("named", ["profiles/bases/base.yaml", "{root}/profiles/bases/base.yaml"])
def test_a_base_in_a_folder_of_its_own_finds_those_that_extend_it(
    tmp_path: Path, named: str
) -> None:
    """Wherever they are in the folder of the profiles; their paths are shown as its own is."""
    write_files(
        tmp_path,
        {
            "pyproject.toml": '[tool.assembler]\npackage = "shop"\n',
            "profiles/bases/base.yaml": "version: 1\nabstract: true\nextensions: [proxy_fixx]\n",
            "profiles/web.yaml": "extends: bases/base.yaml\n",
            "profiles/prod/web.yaml": "extends: ../bases/base.yaml\n",
            "elsewhere/web.yaml": "extends: ../profiles/bases/base.yaml\n",
        },
    )
    path = named.format(root=tmp_path)

    done = run_cli(["-m", "assembler", "lint", "--output-format", "json", path], tmp_path)

    (found,) = json.loads(done.stdout)
    assert found["path"] == path
    folder = path.removesuffix("bases/base.yaml")
    heirs = [folder + "web.yaml", folder + "prod/web.yaml"]
    assert [one["path"] for one in found["related"]] == heirs


@pytest.mark.parametrize(
    ("policy", "heirs"), [("", ["b.yaml", "below/c.yaml"]), (None, ["b.yaml"])]
)
def test_outside_of_a_project_nothing_below_the_folder_is_looked_at(
    tmp_path: Path, policy: str | None, heirs: list[str]
) -> None:
    """It may be somebody's home, with all that is in it."""
    files = {
        "a.yaml": "version: 1\nabstract: true\nextensions: [proxy_fixx]\n",
        "b.yaml": "extends: a.yaml\n",
        "below/c.yaml": "extends: ../a.yaml\n",
    }
    if policy is not None:
        files["pyproject.toml"] = f"[tool.assembler]\n{policy}"
    write_files(tmp_path, files)

    args = ["--select", "unknown-name", "--output-format", "json", "a.yaml"]
    done = run_cli(["-m", "assembler", "lint", *args], tmp_path)

    (found,) = json.loads(done.stdout)
    assert [one["path"] for one in found["related"]] == heirs


def test_what_is_installed_in_a_folder_is_no_profile_of_it(tmp_path: Path) -> None:
    """Packages bring YAML of all kinds; a virtual environment has any name."""
    files = {
        "a/web.yaml": "version: 1\n",
        "a/node_modules/x/ci.yml": "on: push\n",
        "a/.git/x.yaml": "on: push\n",
        "a/env/pyvenv.cfg": "",
        "a/env/share/x.yaml": "on: push\n",
        "a/vendor/site-packages/x.yaml": "on: push\n",
        "a/vendor/.x.yaml": "on: push\n",
        "a/vendor/y.yml": "version: 1\n",
    }
    write_files(tmp_path, files)
    assert [one.path for one in find_targets([str(tmp_path / "a")], Collector())] == [
        str(tmp_path / "a/web.yaml"),
        str(tmp_path / "a/vendor/y.yml"),
    ]


def test_the_name_of_a_profile_leads_to_its_file(tmp_path: Path) -> None:
    """As for the commands that take one profile."""
    write_files(tmp_path, {"profiles/web.yaml": "version: 1\n"})
    found = Collector()
    with chdir(tmp_path):
        find_targets(["web"], found)
    assert [one.hint for one in found.found] == ["Write `profiles/web.yaml`."]


def test_who_has_no_profiles_yet_is_told_how_to_make_them(tmp_path: Path) -> None:
    """Where nothing is named; another folder without any is a path to be checked."""
    found = Collector()
    with chdir(tmp_path):
        find_targets(["profiles"], found)
        write_files(tmp_path, {"profiles/profile.schema.json": "{}", "docs/index.md": ""})
        find_targets(["profiles", "docs"], found)
    first, second, other = (str(one.hint) for one in found.found)
    assert "assembler init" in first
    assert "assembler init" in second
    assert other.startswith("Name a folder")


def test_a_syntax_error_of_a_base_is_said_once_with_those_that_inherit_it(tmp_path: Path) -> None:
    """Whether the base was named, or only one of them."""
    files = {
        "base.yaml": "version: 1\nabstract: true\nconfig: [\n",
        "a.yaml": "extends: base.yaml\n",
        "b.yaml": "extends: base.yaml\n",
    }
    for named, heirs in ((".", "ab"), ("base.yaml", "ab"), ("b.yaml", "b")):
        done = lint(tmp_path, files, named)
        assert done.stdout.splitlines() == [
            "base.yaml:4:1: error[ASM101] expected a value [yaml-syntax]",
            *(f"  note: {heir}.yaml:1:1: inherited here" for heir in heirs),
            "  hint: Write a value, or quote the string.",
        ]


def test_what_cannot_be_read_beside_a_profile_stops_nothing(tmp_path: Path) -> None:
    """A pipe that nobody writes, links to nowhere and to themselves, paths that cannot be."""
    write_files(tmp_path, {"a.yaml": CLEAN, "b.yaml": 'version: 1\nextends: "x\\0y.yaml"\n'})
    os.mkfifo(tmp_path / "c.yaml")
    (tmp_path / "d.yaml").symlink_to("nowhere.yaml")
    (tmp_path / "e.yaml").symlink_to("e.yaml")
    (tmp_path / "f.yaml").mkdir()
    alone = lint(tmp_path, {}, "a.yaml")
    assert (alone.returncode, alone.stdout) == (0, "")
    done = lint(tmp_path, {}, ".", "--output-format", "json")
    said = [(one["path"], one["name"]) for one in json.loads(done.stdout)]
    assert said == [
        ("b.yaml", "extends-missing"),
        ("c.yaml", "file-unreadable"),
        ("d.yaml", "file-not-found"),
        ("e.yaml", "file-unreadable"),
    ]


def test_json_is_a_list_whatever_is_wrong(tmp_path: Path) -> None:
    """Also of broken YAML, and empty where nothing is."""
    files = {"a.yaml": "a: [\n", "b.yaml": CLEAN}
    broken = lint(tmp_path, files, "a.yaml", "--output-format", "json")
    assert [found["code"] for found in json.loads(broken.stdout)] == ["ASM101"]
    assert json.loads(lint(tmp_path, files, "b.yaml", "--output-format", "json").stdout) == []


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    """Sorted, and without repeats."""
    files = {"base.yaml": BASE, "child.yaml": CHILD, "c.yaml": "version: 2\nx: 1\n"}
    first = lint(tmp_path, files, ".", "base.yaml", "c.yaml").stdout
    assert first == lint(tmp_path, files, "c.yaml", ".").stdout


def test_a_selection_of_nothing_given_is_everything() -> None:
    """And ALL says the same."""
    assert build_selection([], []) == build_selection(["ALL"], [])
    assert build_selection(["ASM502"], ["unknown-name"]).numbers == frozenset()


def test_hardly_anything_is_kept_of_profiles_that_say_the_same(tmp_path: Path) -> None:
    """There may be thousands. A worker that uses another database is compared with them all."""
    web = 'version: 1\nconfig: [{use: values, with: {SQLALCHEMY_DATABASE_URI: "sqlite:///a.db"}}]\n'
    worker = web.replace("a.db", "b.db").replace("config", "role: worker\nconfig")
    paths = [f"profiles/{number:03}.yaml" for number in range(200)]
    lint_files(tmp_path, {**dict.fromkeys(paths[:50], web), "profiles/worker.yaml": worker})
    kept = []
    for number in (50, 200):
        files = {**dict.fromkeys(paths[:number], web), "profiles/worker.yaml": worker}
        tracemalloc.start()  # what the test itself keeps does not count
        found = lint_files(tmp_path, files)
        kept.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert [one.name for one in found] == ["databases-differ"]

    assert (kept[1] - kept[0]) / 150 < 600  # bytes for each, of which its path is a part


WORKER = """\
version: 1
name: worker-{number}
role: worker
app:
  with: {{import_name: shop}}
config:
  - use: values
    with: {{SQLALCHEMY_DATABASE_URI: "${{DATABASE_URL}}", CELERY_BROKER_URL: "${{BROKER_URL}}"}}
  - use: object
    with: {{target: "shop.settings:Production"}}
  - use: env
    with: {{prefix: SHOP}}
extensions:
  - use: database
    with: {{db: {{$import: "shop.models:db"}}}}
  - use: migrate
    with: {{directory: migrations}}
  - use: imports
    with: {{modules: [shop.events, shop.tasks]}}
"""


def test_profiles_of_one_shape_share_what_is_kept_of_them(tmp_path: Path) -> None:
    """All but the name and the path: each is there to be compared, and its texts only once."""
    paths = [f"{number:03}.yaml" for number in range(150)]
    write_files(tmp_path, {path: WORKER.format(number=number) for number, path in enumerate(paths)})
    targets = [Target(path) for path in paths]
    kept = []
    with chdir(tmp_path):
        linter = Linter(find_policy({}, tmp_path), build_selection(["ASM8"], []))
        linter.lint(targets)  # what is computed once is there from now on
        for number in (75, 150):
            gc.collect()
            tracemalloc.start()
            outcome = linter.lint(targets[:number])
            gc.collect()
            kept.append(tracemalloc.get_traced_memory()[0])
            tracemalloc.stop()
            assert outcome.diagnostics == ()

    assert (kept[1] - kept[0]) / 75 < 350  # bytes for each


TEXTS = """\
version: 1
config:
  - use: values
    with:
      A: |  # assembler: ignore[tab] a comment
        text
        # assembler: ignore[tab] none
        x  # assembler: ignore[tab] none
      # assembler: ignore[tab] a comment
      B: "a
        b # assembler: ignore[tab] none
        c"
      C: "x # assembler: ignore[tab] none"  # assembler: ignore[tab] a comment
      D: &d >-
        # assembler: ignore[tab] none
      E: *d
"""


def test_what_looks_like_a_comment_inside_of_a_text_is_none(tmp_path: Path) -> None:
    """Or `--fix` would take a part of the text away."""
    done = lint(tmp_path, {"a.yaml": TEXTS}, "--output-format", "json", "a.yaml")
    lines = [number for number, line in enumerate(TEXTS.splitlines(), 1) if "a comment" in line]
    found = json.loads(done.stdout)
    assert [(one["name"], one["line"]) for one in found] == [("unused-ignore", n) for n in lines]


def test_a_comment_for_a_rule_that_needs_the_environment_waits_for_it(tmp_path: Path) -> None:
    """It is not called unused by a run that does not ask."""
    text = (
        "version: 1\nconfig:\n  - use: values\n    with:\n"
        "      A: ${ASM_NOT_SET}  # assembler: ignore[unset-variable] set by the service manager\n"
    )
    for args in ([], ["--env"]):
        done = lint(tmp_path, {"a.yaml": text}, "--ignore", "import-name-missing", *args, "a.yaml")
        assert (done.returncode, done.stdout) == (0, "")


def test_a_name_for_standard_input_needs_standard_input(tmp_path: Path) -> None:
    """Or the input would be passed by without a word."""
    done = lint(tmp_path, {"a.yaml": CLEAN}, "--stdin-filename", "b.yaml", "a.yaml")
    assert done.returncode == 2
    assert "add - to the paths" in done.stderr


@pytest.mark.parametrize(
    ("extends", "hint"),
    [
        ("base", "Did you mean 'base.yaml'?"),
        ("bsae.yaml", "Did you mean 'base.yaml'?"),
        ("xweb.yaml", "Write a path relative to this file."),  # not web.yaml, which extends it
    ],
)
def test_a_base_that_is_not_there_is_guessed(tmp_path: Path, extends: str, hint: str) -> None:
    """Not as the profile that extends it; and no base is called unused because of it."""
    files = {
        "p/base.yaml": "version: 1\nabstract: true\nextensions: [proxy_fix]\n",
        "p/web.yaml": f"extends: {extends}\n",
        "p/other.yaml": "version: 1\n",
    }
    done = lint(tmp_path, files, "--output-format", "json", "p")
    (found,) = json.loads(done.stdout)
    assert (found["name"], found["hint"]) == ("extends-missing", hint)


def test_an_override_of_a_list_that_no_base_has_matches_nothing(tmp_path: Path) -> None:
    """Whether the list is empty or is not there."""
    files = {
        "base.yaml": "version: 1\nabstract: true\n",
        "web.yaml": "extends: base.yaml\nextensions:\n  - {name: login, with: {a: 1}}\n",
    }
    done = lint(tmp_path, files, "--output-format", "json", "web.yaml")
    (found,) = json.loads(done.stdout)
    assert (found["name"], found["hint"]) == (
        "override-matches-nothing",
        "A new step needs a `use`.",
    )


def test_a_base_that_is_only_wrong_in_a_profile_says_which(tmp_path: Path) -> None:
    """The base by itself is well."""
    files = {
        "web.yaml": "version: 1\nserver: {bind: 0.0.0.0:80}\n",
        "debug.yaml": "extends: web.yaml\ndebug: true\n",
    }
    done = lint(tmp_path, files, "--output-format", "json", "--select", "ASM4xx", "web.yaml")
    (found,) = json.loads(done.stdout)
    assert found["name"] == "debug-beyond-loopback"
    assert found["related"][-1]["message"] == "reported for this profile"
