"""Test that fixing mends what it is meant to, and leaves every other byte as it was.

Dropping a file into ``tests/profiles/fixes`` adds its tests. Its name begins with that of the code
that it shows. Beside it stands what it becomes, as ``NAME.fixed.yaml``; one whose name ends with
``_stays`` has the finding and no safe fix, and stays as it is.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import stat
import subprocess
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assembler.diagnostics.codes import CODES
from assembler.diagnostics.diagnostic import Collector, Edit, Fix, Place, Severity, Span
from assembler.document.document import load_document, parse_document
from assembler.document.nodes import MappingNode, ScalarNode, to_plain
from assembler.files import FileChangedError, write_atomically
from assembler.language.composition import compose_profile
from assembler.language.condition import Facts
from assembler.language.profile_typing import validate_profile
from assembler.linting.edits import apply_fixes, choose_fixes
from assembler.linting.engine import Linter
from assembler.linting.fixable import FIXABLE
from assembler.linting.fixing import ANOTHER_RUN, Fixed, FixedFile, fix_profiles
from assembler.linting.selection import build_selection
from assembler.linting.source_text import SourceText
from assembler.linting.targets import Target
from assembler.linting.writing import write_fixed
from assembler.planning.step_forms import find_form
from assembler.policy import find_policy
from tests.support.commands import run_here
from tests.support.examples import count_examples
from tests.support.processes import run_cli
from tests.support.projects import write_files

if TYPE_CHECKING:
    from assembler.diagnostics.diagnostic import Diagnostic

FIXES = Path(__file__).parent.parent / "profiles" / "fixes"
PROFILES = sorted(file.stem for file in FIXES.glob("*.yaml") if ".fixed" not in file.name)
NAMES = sorted(code.name for code in CODES if code.number in FIXABLE)


def build_linter(*ignored: str) -> Linter:
    """Return a linter for the current directory, with every rule on but those."""
    return Linter(find_policy({}, Path.cwd(), None), build_selection([], ignored))


def fix_text(text: str | bytes, path: str = "web.yaml") -> Fixed:
    """Fix a text as if it stood in the file ``path``."""
    source = text.encode() if isinstance(text, str) else text
    return fix_profiles(build_linter(), [Target(path, source)])


def get_text(fixed: Fixed, before: str) -> str:
    """Return the text of the one file after fixing."""
    return fixed.files[0].after.decode() if fixed.files else before


def get_code_name(profile: str) -> str:
    """Return the code that a profile shows, by the longest name that its own begins with."""
    names = [name for name in NAMES if profile.replace("_", "-").startswith(name)]
    return max(names, key=len)


def find_errors(diagnostics: tuple[Diagnostic, ...]) -> set[tuple[str, str]]:
    """Return the errors without their places."""
    return {(one.code, one.message) for one in diagnostics if one.severity is Severity.ERROR}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the profiles and of their project, which is the current directory."""
    folder = tmp_path / "project"
    shutil.copytree(FIXES.parent, folder)
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize("profile", PROFILES)
def test_a_profile_becomes_what_stands_beside_it(project: Path, profile: str) -> None:
    """To the byte; what it shows was there and had a fix; fixing it again changes nothing."""
    name = f"fixes/{profile}.yaml"
    before = (project / name).read_bytes()
    code = get_code_name(profile)
    linter = build_linter()
    shown = [one for one in linter.lint([Target(name)]).diagnostics if one.name == code]

    fixed = fix_profiles(linter, [Target(name)])

    assert shown
    if profile.endswith("_stays"):
        assert not fixed.files
        return
    assert any(one.fix for one in shown)
    after = fixed.files[0].after
    assert after.decode() == (FIXES / f"{profile}.fixed.yaml").read_bytes().decode()
    assert fixed.count >= 1
    again = fix_profiles(linter, [Target(name, after)])
    assert not again.files
    assert (project / name).read_bytes() == before  # fixing itself writes nothing


def test_every_fix_is_shown() -> None:
    """No code says that it is fixed without a profile that it changes."""
    shown = {get_code_name(profile) for profile in PROFILES if not profile.endswith("_stays")}
    assert shown == set(NAMES)


def test_what_makes_something_worse_is_left_out_and_said_why() -> None:
    """The other fixes of the file are applied all the same."""
    text = "version: 1\nname: off\nextensions:\n  - compres\n  - {use: health, after: [compres]}\n"

    fixed = fix_text(text)

    assert get_text(fixed, text) == text.replace("off", '"off"')
    (left,) = (one for one in fixed.outcome.diagnostics if one.name == "unknown-name")
    assert left.fix is None
    assert left.related[-1].message == (
        "not fixed: it would cause another error: no step of this list is called 'compres'"
    )


def test_a_fix_that_mends_nothing_is_left_out(project: Path) -> None:
    """The written order of an overlay has no say in that of the bases' steps."""
    files = {
        "base.yaml": "version: 1\nabstract: true\nextensions: [proxy_fix, health, compress]\n",
        "web.yaml": "extends: base.yaml\nextensions:\n"
        "  - use: health\n  - {use: proxy_fix, after: [compress], before: [health]}\n",
    }
    write_files(project / "p", files)

    fixed = fix_profiles(build_linter(), [Target(f"p/{name}") for name in files])

    assert not fixed.files
    (left,) = (one for one in fixed.outcome.diagnostics if one.name == "order-broken")
    assert left.related[-1].message == "not fixed: it would not fix this finding"


def test_nothing_is_moved_for_constraints_in_a_cycle() -> None:
    """Each move would only bring the next."""
    steps = "  - {use: proxy_fix, after: [compress]}\n  - {use: compress, after: [proxy_fix]}\n"
    fixed = fix_text(f"version: 1\nextensions:\n{steps}")
    assert not fixed.files
    (left,) = (one for one in fixed.outcome.diagnostics if one.name == "constraint-cycle")
    assert len(left.related) == 1


def test_fixes_that_need_each_other_s_outcome_come_in_two_passes() -> None:
    """What can be read only once the text is mended is fixed in the same run."""
    text = "role:migratoins\nname: off\nextentions:\n  - {use:proxy_fix}\n"
    fixed = fix_text(text)
    assert get_text(fixed, text) == (
        'version: 1\nrole: migrations\nname: "off"\nextensions:\n  - {use: proxy_fix}\n'
    )
    assert fixed.count == 6
    assert not fixed.outcome.diagnostics


def test_what_would_take_a_third_pass_says_so() -> None:
    """Names of one list touch: of four, the first pass removes two, the second one."""
    text = "version: 1 # assembler: ignore[tab, date-text, sexagesimal, boolean-word]\n"

    fixed = fix_text(text)

    assert get_text(fixed, text) == "version: 1 # assembler: ignore[boolean-word]\n"
    (left,) = fixed.outcome.diagnostics
    assert left.fix is None
    assert left.related[-1].message == f"not fixed: {ANOTHER_RUN}"
    assert get_text(fix_text(fixed.files[0].after), "") == "version: 1\n"


def test_a_base_is_fixed_once_where_it_is_written(project: Path) -> None:
    """Although every profile that extends it has the finding."""
    write_files(
        project,
        {
            "p/base.yaml": "version: 1\nabstract: true\nextensions: [proxy_fxi]\n",
            "p/a.yaml": "extends: base.yaml\n",
            "p/b.yaml": "extends: base.yaml\nname: no\n",
        },
    )
    names = ("p/a.yaml", "p/b.yaml", "p/base.yaml")
    fixed = fix_profiles(build_linter(), [Target(name) for name in names])
    assert {file.path: file.after.decode() for file in fixed.files} == {
        "p/b.yaml": 'extends: base.yaml\nname: "no"\n',
        "p/base.yaml": "version: 1\nabstract: true\nextensions: [proxy_fix]\n",
    }
    assert fixed.count == 2

    alone = fix_profiles(build_linter(), [Target("p/a.yaml")])

    assert not alone.files  # what was not named is not touched


def test_a_file_that_two_paths_lead_to_is_fixed_once(project: Path) -> None:
    """A link, and what it leads to."""
    write_files(project, {"p/a.yaml": "version: 1\nname: no\n"})
    (project / "p/b.yaml").symlink_to("a.yaml")
    fixed = fix_profiles(build_linter(), [Target("p/a.yaml"), Target("p/b.yaml")])
    assert [file.path for file in fixed.files] == ["p/a.yaml"]


def build_fix(*edits: tuple[int, int, str]) -> Fix:
    """Return a fix of a text of one line, with edits by their columns from 0."""
    return Fix(
        "x",
        tuple(Edit(Place("a", Span(1, start + 1, 1, end + 1)), text) for start, end, text in edits),
    )


def test_fixes_that_touch_wait_for_their_turn() -> None:
    """All edits of a fix are applied, or none; the same fix twice is one."""
    source = SourceText("a", b"0123456789")
    first, second, third = (
        build_fix((0, 1, "a"), (8, 9, "b")),
        build_fix((9, 9, "c")),
        build_fix((5, 6, "")),
    )
    chosen = choose_fixes(source, [second, first, third, first])
    assert chosen == [first, third]
    assert apply_fixes(source, chosen) == b"a123467b9"


@given(
    text=st.text("a: é店\r\n🛒", max_size=40),
    cuts=st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40), st.text("xé\n", max_size=3))),
    has_mark=st.booleans(),
)
def test_every_byte_outside_of_the_edits_stays(
    text: str,
    cuts: list[tuple[int, int, str]],
    *,
    has_mark: bool,
) -> None:
    """Whatever the line breaks, the width of characters, and with a byte order mark too."""
    source = SourceText("a", (b"\xef\xbb\xbf" if has_mark else b"") + text.encode())
    fixes = [
        Fix("x", (Edit(source.get_place(min(start, end), max(start, end)), new),))
        for start, end, new in cuts
        if max(start, end) <= len(text)
    ]

    chosen = choose_fixes(source, fixes)
    after = apply_fixes(source, chosen).decode()

    rest = after.removeprefix("\ufeff")
    assert after.startswith("\ufeff") is has_mark
    done = 0
    for fix in chosen:
        start, end = source.get_offsets(fix.edits[0].place)
        kept = text[done:start] + fix.edits[0].text
        assert rest.startswith(kept)
        rest, done = rest.removeprefix(kept), end
    assert rest == text[done:]


CORPUS = [
    file.read_bytes()
    for folder in ("valid", "broken", "fixes")
    for file in sorted((FIXES.parent / folder).glob("*.yaml"))
    if file.stat().st_size < 2000
]
SPLICES = [
    b"\t", b" ", b"\n", b":", b" #", b"- ", b"on", b"22:22", b"2024-01-02", b"010", b"&a ", b"*a",
    b"${A:-b: c}", b"{use:x}", b"\r\n", b"# c\n", b"'", b'"', b"  - proxy_fxi\n", b"versoin: 1\n",
    b"# assembler: ignore[tab, date-text] why\n", "店".encode(),
]  # fmt: skip
UNTYPED = ("node", "composed", "condition")
HERE = "valid/web.yaml"  # beside the bases of the valid profiles


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """Return a profile of the corpus with some typing mistakes."""
    text = bytearray(draw(st.sampled_from(CORPUS)))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(text)))
        how = draw(st.sampled_from(["splice", "delete", "swap", "lines"]))
        if how == "splice":
            text[at:at] = draw(st.sampled_from(SPLICES))
        elif how == "delete":
            del text[at : at + draw(st.integers(1, 3))]
        elif how == "swap":
            text[at : at + 2] = text[at : at + 2][::-1]
        else:
            lines = bytes(text).splitlines(keepends=True)
            other = draw(st.integers(0, len(lines)))
            moved = lines.pop(draw(st.integers(0, max(len(lines) - 1, 0)))) if lines else b""
            lines.insert(other, moved)
            text = bytearray(b"".join(lines))
    return bytes(text)


@settings(
    max_examples=count_examples(15),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(text=mutated())
def test_fixing_introduces_no_error_and_says_what_is_left(
    project: Path,  # noqa: ARG001 - the current directory
    text: bytes,
) -> None:
    """Whatever the file is like; one that could be read still can."""
    linter = build_linter()
    before = linter.lint([Target(HERE, text)])

    fixed = fix_profiles(linter, [Target(HERE, text)])

    after = fixed.files[0].after if fixed.files else text
    if fixed.files:
        was_read = SourceText(HERE, text).root is not None
        assert SourceText(HERE, after).root is not None
        new = find_errors(fixed.outcome.diagnostics) - find_errors(before.diagnostics)
        assert not (new and was_read)
    if ANOTHER_RUN not in str(fixed.outcome.diagnostics):
        assert not fix_profiles(linter, [Target(HERE, after)]).files


def compose_meaning(text: bytes) -> Any:  # noqa: ANN401 - nested dicts
    """Return what a profile means: its typed form, with the typed options of what has some."""

    def load(file: Path, path: str, found: Collector) -> MappingNode | None:
        return (
            parse_document(text, path, found) if path == HERE else load_document(file, path, found)
        )

    composed = compose_profile(Path(HERE), Collector(), path=HERE, root=Path.cwd(), load=load)
    assert composed is not None
    profile = validate_profile(composed, {}, Collector())
    assert profile is not None
    meaning = describe(profile)
    for kind, key in (("patch", "patches"), ("config", "config"), ("extension", "extensions")):
        for step, dumped in zip(getattr(profile, key), meaning[key], strict=True):
            condition, form = step.condition, find_form(kind, step.use)
            dumped["when"] = None if condition is None else condition(Facts(debug=True))
            if form is not None and form.options is not None:
                # A reference, which no type takes, stays as it is.
                with contextlib.suppress(ValueError):
                    options = to_plain(step.options, ScalarNode.for_schema)
                    dumped["options"] = form.options.model_validate(options).model_dump()
    return meaning


def describe(part: Any) -> dict[str, Any]:  # noqa: ANN401 - any part of a profile
    """Return the typed values of a part of a profile, without where they are written."""
    names = [field.name for field in fields(part)]
    given = {name: getattr(part, name) for name in names if name not in UNTYPED}
    for name, value in given.items():
        if isinstance(value, MappingNode):
            given[name] = to_plain(value, ScalarNode.for_schema)
        elif is_dataclass(value):
            given[name] = describe(value)
        elif isinstance(value, tuple):
            given[name] = [describe(one) if is_dataclass(one) else one for one in value]
    return given


@pytest.mark.parametrize(
    "profile", ["boolean_word", "boolean_word_crlf", "sexagesimal", "date_text", "unused_ignore"]
)
def test_a_warning_is_fixed_without_a_change_of_meaning(project: Path, profile: str) -> None:
    """Other readers of YAML may take the text for something else; here it means the same."""
    before = (project / f"fixes/{profile}.yaml").read_bytes()
    after = (project / f"fixes/{profile}.fixed.yaml").read_bytes()
    assert compose_meaning(after) == compose_meaning(before)


VALUE = re.compile(rb"(?<=: )[^\s{}\[\]&*!|>'\"#][^\s,#}]*(?=[\s,}])")
WORDS = [b"on", b"No", b"22:22", b"2024-01-02", b"true", b"1"]


@settings(
    max_examples=count_examples(12),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_a_profile_without_an_error_means_the_same_afterwards(
    project: Path,  # noqa: ARG001 - the current directory
    data: st.DataObject,
) -> None:
    """Only how it is written changes."""
    text = data.draw(st.sampled_from(CORPUS))
    spans = [found.span() for found in VALUE.finditer(text)]
    for start, end in reversed(spans):
        if data.draw(st.integers(0, 3)) == 0:
            text = text[:start] + data.draw(st.sampled_from(WORDS)) + text[end:]
    # A URL that SQLAlchemy refuses is fixed by another value: without it nothing runs.
    linter = build_linter("old-database-scheme")
    if find_errors(linter.lint([Target(HERE, text)]).diagnostics):
        return
    fixed = fix_profiles(linter, [Target(HERE, text)])
    if fixed.files:
        assert compose_meaning(fixed.files[0].after) == compose_meaning(text)


def write_profile(folder: Path, text: str = "version: 1\nname: off\n") -> FixedFile:
    """Write a profile, and give what fixing it would write."""
    file = folder / "web.yaml"
    file.write_text(text, "utf-8")
    return FixedFile(str(file), text.encode(), text.replace("off", '"off"').encode(), 1)


def test_a_written_file_keeps_its_mode_and_owner(tmp_path: Path) -> None:
    """And nothing else is left in its folder."""
    fixed = write_profile(tmp_path)
    file = Path(fixed.path)
    file.chmod(0o640)
    if os.geteuid() == 0:  # nobody else may give a file away
        os.chown(file, 1234, 1235)
    owner = (file.stat().st_uid, file.stat().st_gid)

    assert write_fixed(fixed) is None

    state = file.stat()
    assert file.read_bytes() == fixed.after
    assert (stat.S_IMODE(state.st_mode), (state.st_uid, state.st_gid)) == (0o640, owner)
    assert list(tmp_path.iterdir()) == [file]


def test_a_link_stays_and_what_it_leads_to_is_written(tmp_path: Path) -> None:
    """As a project has it whose profiles are shared."""
    fixed = write_profile(tmp_path)
    link = tmp_path / "link.yaml"
    link.symlink_to("web.yaml")
    assert write_fixed(FixedFile(str(link), fixed.before, fixed.after, 1)) is None
    assert link.is_symlink()
    assert Path(fixed.path).read_bytes() == fixed.after


def test_a_file_that_was_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    """Somebody else's work is not written over."""
    fixed = write_profile(tmp_path)
    Path(fixed.path).write_text("version: 1\nname: mine\n")
    refused = write_fixed(fixed)
    assert refused is not None
    assert (refused.name, refused.message) == (
        "file-not-written",
        "the file changed while it was being fixed",
    )
    assert Path(fixed.path).read_text() == "version: 1\nname: mine\n"
    assert [file.name for file in tmp_path.iterdir()] == ["web.yaml"]


def test_a_change_just_before_the_file_is_replaced_is_seen(tmp_path: Path) -> None:
    """The state that was read is compared once the new file is complete."""
    file = Path(write_profile(tmp_path).path)
    seen = file.stat()
    file.write_text("version: 1\nname: mine\n")
    with pytest.raises(FileChangedError):
        write_atomically(file, b"version: 1\n", seen=seen)
    assert file.read_text() == "version: 1\nname: mine\n"
    assert list(tmp_path.iterdir()) == [file]


def test_a_file_that_is_gone_is_told(tmp_path: Path) -> None:
    """It is not made again."""
    fixed = write_profile(tmp_path)
    Path(fixed.path).unlink()
    refused = write_fixed(fixed)
    assert refused is not None
    assert refused.message == "the fixed file cannot be written: no such file or directory"
    assert not list(tmp_path.iterdir())


POLICY = '[tool.assembler]\npackage = "json"\n'  # a package that is there


def lint(
    folder: Path, files: dict[str, str], *args: str, stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run lint in a project with ``files``: in this process, unless it reads standard input."""
    write_files(folder, {"pyproject.toml": POLICY, **files})
    if stdin:
        return run_cli(["-m", "assembler", "lint", *args], folder, stdin=stdin)
    (ended,) = run_here([["lint", *args]], folder)
    return subprocess.CompletedProcess(args, ended.status, ended.stdout, ended.stderr)


TYPO = "version: 1\nextensions: [proxy_fxi, nothing_like_it] # edge\n"
MENDED = TYPO.replace("proxy_fxi", "proxy_fix")


def test_fix_writes_the_file_and_reports_what_remains(tmp_path: Path) -> None:
    """The last line says how many were fixed; a second run fixes none, and writes nothing."""
    done = lint(tmp_path, {"profiles/a.yaml": TYPO}, "--fix")
    file = tmp_path / "profiles/a.yaml"
    state = file.stat()
    assert done.returncode == 1
    assert done.stdout.startswith("profiles/a.yaml:2:25: error[ASM502]")
    assert done.stdout.count("error[") == 1
    assert done.stderr == "1 profile, fixed 1, 1 error; not imported: run with --deep\n"
    assert file.read_text() == MENDED

    again = lint(tmp_path, {}, "--fix")

    assert again.stderr == "1 profile, fixed 0, 1 error; not imported: run with --deep\n"
    assert (file.stat().st_mtime_ns, file.stat().st_ino) == (state.st_mtime_ns, state.st_ino)


def test_diff_shows_what_would_change_and_writes_nothing(tmp_path: Path) -> None:
    """It exits 1 if there is something, and 0 if there is nothing, whatever else is wrong."""
    text = 'version: 1\nname: off\nconfig:\n  - {use: values, with: {API_TOKEN: "geheim"}}\n'
    done = lint(tmp_path, {"a.yaml": text, "b.yaml": MENDED}, "--diff", "a.yaml", "b.yaml")
    assert done.returncode == 1
    assert done.stdout == (
        '--- a.yaml\n+++ a.yaml\n@@ -1,4 +1,4 @@\n version: 1\n-name: off\n+name: "off"\n config:\n'
        '   - {use: values, with: {API_TOKEN: "***"}}\n'
    )
    assert done.stderr == "2 profiles, would fix 1\n"
    assert (tmp_path / "a.yaml").read_text() == text
    nothing = lint(tmp_path, {}, "--diff", "b.yaml")
    assert (nothing.returncode, nothing.stdout) == (0, "")


def test_diff_is_not_silent_about_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    """It has looked at nothing there."""
    done = lint(tmp_path, {"a.yaml": "a: ]\n"}, "--diff", "a.yaml", "b.yaml")
    assert done.returncode == 1
    assert done.stdout == ""
    assert "a.yaml:1:4: error[ASM101]" in done.stderr
    assert "b.yaml:1:1: error[ASM121]" in done.stderr


def test_standard_input_is_fixed_to_standard_output(tmp_path: Path) -> None:
    """What remains goes to standard error; what needs no fix is passed on as it is."""
    done = lint(tmp_path, {}, "--fix", "-", "--stdin-filename", "profiles/a.yaml", stdin=TYPO)
    assert done.stdout == MENDED
    assert done.stderr.startswith("profiles/a.yaml:2:25: error[ASM502]")
    assert lint(tmp_path, {}, "--fix", "-", stdin=MENDED).stdout == MENDED
    diff = lint(tmp_path, {}, "--diff", "-", "--stdin-filename", "a.yaml", stdin=TYPO)
    assert (diff.returncode, diff.stdout.splitlines()[0]) == (1, "--- a.yaml")


def test_what_is_silenced_or_off_is_not_fixed(tmp_path: Path) -> None:
    """By a comment, by the command line, and where nothing else is wrong."""
    kept = "version: 1\nname: off # assembler: ignore[boolean-word] so it is called\n"
    assert lint(tmp_path, {"a.yaml": kept}, "--fix", "a.yaml").returncode == 0
    assert (tmp_path / "a.yaml").read_text() == kept
    lint(tmp_path, {"b.yaml": TYPO}, "--fix", "--ignore", "unknown-name", "b.yaml")
    assert (tmp_path / "b.yaml").read_text() == TYPO


def test_a_base_that_was_not_named_is_not_fixed(tmp_path: Path) -> None:
    """It is reported, and named it is fixed; the profiles that extend it are looked at then."""
    files = {"base.yaml": f"abstract: true\n{TYPO}", "a.yaml": "extends: base.yaml\n"}
    lint(tmp_path, files, "--fix", "a.yaml")
    assert (tmp_path / "base.yaml").read_text() == files["base.yaml"]
    lint(tmp_path, {}, "--fix", "base.yaml")
    assert (tmp_path / "base.yaml").read_text() == f"abstract: true\n{MENDED}"


def test_json_has_the_fix(tmp_path: Path) -> None:
    """Its edits are places, as those of the finding are."""
    done = lint(tmp_path, {"a.yaml": TYPO}, "a.yaml", "--output-format", "json")
    first, second = json.loads(done.stdout)
    assert first["fix"] == {
        "message": "Write 'proxy_fix'",
        "edits": [
            {
                "path": "a.yaml",
                "line": 2,
                "column": 14,
                "end_line": 2,
                "end_column": 23,
                "text": "proxy_fix",
            }
        ],
    }
    assert second["fix"] is None


WITHOUT_ROOM = """\
import resource, runpy, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
sys.argv = ["assembler", "lint", "--fix", "a.yaml"]
runpy.run_module("assembler", run_name="__main__")
"""


def test_a_file_that_cannot_be_written_is_a_finding(tmp_path: Path) -> None:
    """The file stays whole, and what is wrong with it is still said."""
    write_files(tmp_path, {"a.yaml": TYPO})
    done = run_cli(["-c", WITHOUT_ROOM], tmp_path)
    assert done.returncode == 1
    assert (
        "a.yaml:1:1: error[ASM127] the fixed file cannot be written: file too large" in done.stdout
    )
    assert done.stdout.count("error[ASM502]") == 2
    assert (tmp_path / "a.yaml").read_text() == TYPO
    assert [file.name for file in tmp_path.iterdir()] == ["a.yaml"]


@pytest.mark.parametrize("more", [["--deep"], ["--output-format", "json"]])
def test_diff_takes_nothing_that_reports(tmp_path: Path, more: list[str]) -> None:
    """It only shows what would change."""
    assert lint(tmp_path, {"a.yaml": TYPO}, "--diff", "a.yaml", *more).returncode == 2


def test_a_fault_of_one_file_keeps_no_other_from_being_fixed(project: Path) -> None:
    """Each is tried by itself, then all that went well together."""
    bad = "version: 1\nname: no\nextensions: [compres, {use: health, after: [compres]}]\n"
    good = "version: 1\nname: off\nextensions: [compres]\n"
    files = {f"p/{index}.yaml": bad if index % 3 else good for index in range(7)}
    write_files(project, files)

    fixed = fix_profiles(build_linter(), [Target(path) for path in files])

    well = good.replace("off", '"off"').replace("compres", "compress")
    mended = {bad: bad.replace("no\n", '"no"\n', 1), good: well}
    assert {file.path: file.after.decode() for file in fixed.files} == {
        path: mended[text] for path, text in files.items()
    }
