"""Test what bad input gives, through the real command line: an error that tells, and nothing lost.

What single mistakes in a profile give is in ``tests/profiles``; here is what is around it: files,
the project's modules, signals, pipes, terminals, usage, and secrets.
"""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from assembler import __main__ as command_line
from tests.planning.test_profiles import ENV, VALID
from tests.support.commands import run_here
from tests.support.fork_server import READING
from tests.support.forking import AT_START
from tests.support.processes import ROOT, build_env, run_cli, wait_until
from tests.support.projects import write_files
from tests.support.strangers import run_as_stranger

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.conftest import StartProcess

HEAD = "version: 1\napp: {with: {import_name: shop}}\n"

SHOP = '''\
"""A shop whose steps leave traces, fail, or wait."""
from pathlib import Path
from time import sleep


class Pool:
    def stop(self):
        Path("closed").write_text("the pool\\n")


def make_pool(app):
    return Pool()


def wait(app):
    Path("waiting").touch()
    sleep(60)


def fail(app):
    open_connection("queue")


def open_connection(name):
    raise ConnectionError(f"no route to the {name}")


def add_page(app):
    app.add_url_rule("/basket", "basket", list)
'''


def run(
    folder: Path, *args: str, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run ``assembler ARGS`` in ``folder``; nothing it does may end in a traceback.

    What only reads runs in this process.
    """
    is_reading = args[:1] and args[0] in READING and "--deep" not in args
    if is_reading and not any(name.startswith(AT_START) for name in env or ()):
        (ended,) = run_here([args], folder, env)
        done = subprocess.CompletedProcess(args, ended.status, ended.stdout, ended.stderr)
    else:
        done = run_cli(["-m", "assembler", *args], folder, env)
    assert "Traceback" not in done.stderr + done.stdout
    return done


def fails(folder: Path, *args: str, env: Mapping[str, str] | None = None) -> str:
    """Run what ends with 1 and prints nothing to standard output; give what it complains of."""
    done = run(folder, *args, env=env)
    assert (done.returncode, done.stdout) == (1, "")
    return done.stderr


# ---------------------------------------------------------------------------------------- files


def test_a_missing_file_gets_the_name_that_was_meant(tmp_path: Path) -> None:
    """For every command that takes a profile."""
    write_files(tmp_path, {"web.yaml": HEAD})
    expected = (
        "wbe.yaml:1:1: error[ASM121] no file 'wbe.yaml' in the folder [file-not-found]\n"
        "  hint: Did you mean 'web.yaml'?\n"
    )
    for args in (["plan"], ["show"], ["run"], ["migrate"]):
        assert fails(tmp_path, *args, "wbe.yaml") == expected, args
    assert fails(tmp_path, "flask", "wbe.yaml", "routes") == expected


def test_lint_tells_of_folders_that_it_cannot_read(tmp_path: Path) -> None:
    """Wherever they are: what is in them has not been checked."""
    write_files(tmp_path, {"profiles/web.yaml": HEAD, "profiles/shut/job.yaml": HEAD})
    write_files(tmp_path, {"warm/web.yaml": HEAD, "pyproject.toml": "[tool.assembler]\n"})
    (tmp_path / "profiles" / "shut").chmod(0)
    hint = (
        "  hint: Give the user that runs this command read permission, or name the folders to lint."
    )
    shut = "profiles/shut:1:1: error[ASM122] the folder cannot be read: permission denied"
    inside = "profiles/shut/job.yaml:1:1: error[ASM122] the folder it is in cannot be read"
    code = (
        "for named in [], ['profiles/shut'], ['profiles/shut/job.yaml']:\n"
        "    print(main(['lint', *named]))"
    )
    done = run_as_stranger(tmp_path, code, "main(['lint', 'warm'])")
    folder, file = f"{shut} [file-unreadable]", f"{inside}: permission denied [file-unreadable]"
    told = [line for first in (folder, folder, file) for line in (first, hint, "1")]
    assert (done.returncode, done.stdout.splitlines()) == (0, told), done


def test_the_reloader_watches_on_beside_a_folder_that_it_cannot_read(tmp_path: Path) -> None:
    """Of whatever is on the module path, and beside the profile."""
    write_files(tmp_path, {"web.yaml": HEAD, "shut/module.py": "", "open/module.py": ""})
    (tmp_path / "shut").chmod(0)
    code = (
        "watcher = Watcher(Path('web.yaml'))\n"
        "watcher.add([Path('shut', 'settings.env')])\n"
        "print(watcher.find_change(), len(watcher._seen))"
    )
    prepare = (
        "from pathlib import Path; from assembler.runners.watching import Watcher; "
        "sys.path[:] = ['']"
    )
    done = run_as_stranger(tmp_path, code, prepare)
    assert done.stdout.startswith("None "), done


def test_a_folder_is_no_profile(tmp_path: Path) -> None:
    """And one that can be named is named."""
    write_files(tmp_path, {"profiles/web.yaml": HEAD})
    assert fails(tmp_path, "plan", "profiles") == (
        "profiles:1:1: error[ASM122] a folder, expected a file [file-unreadable]\n"
        "  hint: Pass a file in it, such as 'web.yaml'.\n"
    )


def test_a_file_without_permission_is_told(tmp_path: Path) -> None:
    """By a user that may not read it: root may read anything."""
    write_files(tmp_path, {"web.yaml": HEAD})
    (tmp_path / "web.yaml").chmod(0)
    prepare = "main(['plan', 'nowhere.yaml'])"
    done = run_as_stranger(tmp_path, "sys.exit(main(['plan', 'web.yaml']))", prepare)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "web.yaml:1:1: error[ASM122] the file cannot be read: permission denied "
        "[file-unreadable]\n"
        "  hint: Give the user that runs this command read permission.\n"
    )


@pytest.mark.parametrize(
    "text",
    ["[tool.assembler\n", "[tool.assembler]\nprofils = 'x'\n", "[tool.assembler]\nallow = 1\n"],
)
def test_a_policy_that_is_not_understood_is_not_passed_over(tmp_path: Path, text: str) -> None:
    """No TOML, an unknown key, a wrong type."""
    write_files(tmp_path, {"web.yaml": HEAD, "pyproject.toml": text})
    assert "error[ASM704]" in fails(tmp_path, "plan", "web.yaml")


def test_a_device_and_a_file_without_end_are_refused(tmp_path: Path) -> None:
    """Reading neither hangs nor fills the memory."""
    (tmp_path / "big.yaml").write_bytes(b"version: 1\n" + b"# more\n" * 200_000)
    os.mkfifo(tmp_path / "pipe.yaml")
    assert fails(tmp_path, "plan", "big.yaml") == (
        "big.yaml:1:1: error[ASM103] the file is larger than the limit of 1,048,576 bytes "
        "[file-too-large]\n"
        "  hint: Move data to files of its own, and refer to them from the profile.\n"
    )
    for path in ("pipe.yaml", "/dev/zero"):
        assert fails(tmp_path, "plan", path) == (
            f"{path}:1:1: error[ASM122] not a regular file [file-unreadable]\n"
            "  hint: Pass a file, or '-' for standard input where the command takes it.\n"
        )


@pytest.mark.parametrize(
    "name", ["a\nb.yaml", "\x1b[31mred.yaml", "x" * 300 + ".yaml", "loop.yaml"]
)
def test_a_path_of_any_kind_is_one_line(tmp_path: Path, name: str) -> None:
    """What steers a terminal is escaped, what is too long or a loop of links is told."""
    (tmp_path / "loop.yaml").symlink_to("loop.yaml")
    said = fails(tmp_path, "plan", name)
    first, *_ = said.splitlines()
    assert re.fullmatch(r".+:1:1: error\[ASM12[12]\] .+ \[file-(not-found|unreadable)\]", first)
    assert first.isprintable()


@pytest.mark.parametrize("base", ["x" * 300, "loop.yaml", '"a\\0b"', '"a\\nb"', "."])
def test_a_base_of_any_kind_is_told_where_it_is_named(tmp_path: Path, base: str) -> None:
    """And not as a defect of ours."""
    (tmp_path / "loop.yaml").symlink_to("loop.yaml")
    write_files(tmp_path, {"web.yaml": f"version: 1\nextends: {base}\n"})
    said = fails(tmp_path, "plan", "web.yaml")
    assert said.startswith("web.yaml:2:10: error[ASM302] the base ")


def test_names_that_the_terminal_cannot_show_are_escaped(tmp_path: Path) -> None:
    """An encoding without the letters is no reason to fail."""
    write_files(tmp_path, {"web.yaml": "version: 1\nname: 🛒\n"})
    env = {"PYTHONIOENCODING": "latin-1"}
    shown = run(tmp_path, "show", "web.yaml", env=env).stdout
    assert shown == 'version: 1\nname: "\\U0001f6d2"\n'
    assert fails(tmp_path, "plan", "🛒.yaml", env=env).startswith("\\U0001f6d2.yaml:1:1: error")


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("[tool.assembler\n", "1:16", "the policy file is not TOML: expected ']'"),
        ("[tool.assembler]\nalow = []\n", "2:1", '[tool.assembler] unknown key "alow"'),
        ("[tool.assembler]\nallow = 'shop'\n", "2:1", '[tool.assembler] "allow": expected a list'),
        ("tool.assembler = 7\n", "1:6", "expected a table at [tool.assembler]"),
        (None, "1:1", "the policy file cannot be read: no such file or directory"),
    ],
)
def test_a_broken_policy_is_told(
    tmp_path: Path, text: str | None, place: str, message: str
) -> None:
    """A policy that cannot be read must not be one that allows everything."""
    write_files(tmp_path, {"web.yaml": HEAD, **({} if text is None else {"rules.toml": text})})
    said = fails(tmp_path, "plan", "web.yaml", "--policy", "rules.toml")
    first, hint = said.splitlines()
    assert first.lower().startswith(f"rules.toml:{place}: error[asm704] {message}".lower())
    assert hint.startswith("  hint: ")


# ------------------------------------------------------------------------------------- profiles


def test_every_mistake_of_a_profile_is_told_at_once(tmp_path: Path) -> None:
    """A misspelt key, a wrong type, an unknown name, a broken order: in file order, status 1."""
    text = """\
version: 1
app: {with: {import_name: shop}}
extentions: []
patches: [gevnt]
config:
  - use: environ
extensions:
  - {use: database, with: {pool_size: ten}}
  - {use: databse, after: [migrate]}
  - migrate
"""
    write_files(tmp_path, {"web.yaml": text})
    assert fails(tmp_path, "plan", "web.yaml") == (
        'web.yaml:3:1: error[ASM201] unknown key "extentions" [unknown-key]\n'
        "  hint: Did you mean 'extensions'?\n"
        "web.yaml:4:11: error[ASM401] no patch is called 'gevnt' [unknown-patch]\n"
        "  hint: Did you mean 'gevent'?\n"
        "web.yaml:6:10: error[ASM601] no config source is called 'environ' [unknown-source]\n"
        "  hint: Use one of argument, dotenv, env, file, object, secrets, settings, values.\n"
        'web.yaml:8:39: error[ASM202] expected an integer, got the string "ten" [wrong-type]\n'
        "  hint: Write a whole number, without quotes.\n"
        "web.yaml:9:11: error[ASM502] no extension is called 'databse' [unknown-name]\n"
        "  hint: Did you mean 'database'?\n"
        "web.yaml:9:28: error[ASM310] 'databse' must come after 'migrate' "
        "[order-broken]\n"
        "  note: web.yaml:10:5: 'migrate' is here\n"
        "  hint: Move 'databse' after 'migrate'.\n"
    )


def test_a_cycle_of_bases_is_told(tmp_path: Path) -> None:
    """At the line that closes it, once."""
    files = {
        "web.yaml": "extends: a.yaml\n",
        "a.yaml": "version: 1\nextends: b.yaml\n",
        "b.yaml": "extends: [a.yaml]\n",
    }
    write_files(tmp_path, files)
    assert fails(tmp_path, "plan", "web.yaml") == (
        'b.yaml:1:11: error[ASM301] "a.yaml" extends itself through b.yaml [extends-cycle]\n'
        "  hint: Remove one `extends` to break the cycle.\n"
    )


def test_a_required_variable_says_its_message(tmp_path: Path) -> None:
    """And is no error any more once it is set."""
    text = HEAD + 'config: [{use: values, with: {A: "${SHOP_HOST:?say where it is served}"}}]\n'
    write_files(tmp_path, {"web.yaml": text})
    assert fails(tmp_path, "plan", "web.yaml") == (
        'web.yaml:3:35: error[ASM307] the variable "SHOP_HOST" is not set or empty: '
        "say where it is served [required-variable]\n"
        "  hint: Set SHOP_HOST.\n"
    )
    assert run(tmp_path, "plan", "web.yaml", env={"SHOP_HOST": "localhost"}).returncode == 0


@pytest.mark.parametrize(
    ("reference", "modules", "expected"),
    [
        (
            "shpo.mail:Mailer",
            {"shop.py": ""},
            (
                'error[ASM503] there is no module "shpo" [module-not-found]\n'
                "  hint: Did you mean 'shop'?\n"
            ),
        ),
        (
            "shop.mial:Mailer",
            {"shop/__init__.py": "", "shop/mail.py": ""},
            (
                'error[ASM503] the package "shop" has no module "mial" [module-not-found]\n'
                "  hint: Did you mean 'mail'?\n"
            ),
        ),
        (
            "shop.mail:Mialer",
            {"shop/__init__.py": "", "shop/mail.py": "class Mailer: ...\n"},
            (
                'error[ASM504] the module "shop.mail" has no attribute "Mialer" '
                "[attribute-not-found]\n"
                "  hint: Did you mean 'Mailer'?\n"
            ),
        ),
        (
            "shop:queue",
            {"shop.py": "\n\ndef connect():\n    raise OSError('no route')\n\n\nconnect()\n"},
            (
                'error[ASM505] importing "shop" failed: OSError: no route [import-failed]\n'
                "  note: shop.py:4:5: raised here, in connect\n"
                "  hint: Fix the module, or what it needs.\n"
            ),
        ),
        (
            "shop:queue",
            {"shop.py": "import absent_queue\n"},
            (
                'error[ASM505] importing "shop" failed: ModuleNotFoundError: No module named '
                "'absent_queue' [import-failed]\n"
                "  note: shop.py:1:1: raised here, in <module>\n"
                "  hint: Fix the module, or what it needs.\n"
            ),
        ),
        (
            "shop:queue",
            {"shop.py": "def connect(:\n    pass\n"},
            (
                'error[ASM505] importing "shop" failed: SyntaxError: invalid syntax '
                "[import-failed]\n"
                "  note: shop.py:1:13: here\n"
                "  hint: Fix the module, or what it needs.\n"
            ),
        ),
        (
            "shop:queue",
            {"shop.py": "import json\nqueue = json.loads('{')\n"},
            (
                'error[ASM505] importing "shop" failed: JSONDecodeError: Expecting property name '
                "enclosed in double quotes: line 1 column 2 (char 1) [import-failed]\n"
                "  note: shop.py:2:9: raised here, in <module>\n"
                "  hint: Fix the module, or what it needs.\n"
            ),
        ),
        (
            "shop:queue",
            {"shop.py": "raise SystemExit(3)\n"},
            (
                'error[ASM505] importing "shop" failed: SystemExit: 3 [import-failed]\n'
                "  note: shop.py:1:1: raised here, in <module>\n"
                "  hint: Fix the module, or what it needs.\n"
            ),
        ),
    ],
    ids=["no-module", "no-submodule", "no-attribute", "raises", "needs", "syntax", "lib", "exits"],
)
def test_a_reference_that_leads_nowhere_is_told(
    tmp_path: Path, reference: str, modules: dict[str, str], expected: str
) -> None:
    """With the last frame and the message of what raised, and nothing of ours."""
    write_files(tmp_path, {"web.yaml": f"{HEAD}extensions:\n  - use: {reference}\n", **modules})
    assert fails(tmp_path, "flask", "web.yaml", "routes") == f"web.yaml:4:10: {expected}"


def test_a_missing_secret_key_is_told_with_the_command_that_makes_one(tmp_path: Path) -> None:
    """And what the command prints is good enough."""
    write_files(tmp_path, {"web.yaml": HEAD + "extensions: [secret_key]\n", "shop.py": ""})
    said = fails(tmp_path, "flask", "web.yaml", "routes")
    assert said.startswith(
        "web.yaml:3:14: error[ASM703] the secret key is refused: it is not set [default-secret]\n"
    )
    command = re.search(r"python -c \"(.+)\"", said)
    assert command is not None
    key = run_cli(["-c", command[1]], tmp_path).stdout.strip()
    text = HEAD + 'extensions: [{use: secret_key, with: {key: "${SECRET_KEY}"}}]\n'
    write_files(tmp_path, {"web.yaml": text})
    assert run(tmp_path, "flask", "web.yaml", "routes", env={"SECRET_KEY": key}).returncode == 0


def test_a_step_that_may_fail_does_not_stop_the_rest(tmp_path: Path) -> None:
    """It is said, it is partial in the report, and what comes after it is there."""
    text = HEAD + "extensions: [{use: 'shop:fail', on_error: skip}, 'shop:add_page']\n"
    write_files(tmp_path, {"web.yaml": text, "shop.py": SHOP})
    done = run(tmp_path, "flask", "web.yaml", "routes")
    assert done.returncode == 0
    assert "/basket" in done.stdout
    assert (
        "extension 'shop:fail' is skipped: extension 'shop:fail' failed: "
        "ConnectionError: no route to the queue" in done.stderr
    )
    report = find_report(done.stderr)
    assert report["outcome"] == "partial"
    assert [step["outcome"] for step in report["steps"]] == ["partial", "done"]


def find_report(text: str) -> dict[str, Any]:
    """Return the report that is one line of ``text``."""
    line = next(line for line in text.splitlines() if line.startswith('{"event": "assembled"'))
    report: dict[str, Any] = json.loads(line)
    return report


# ------------------------------------------------------------------------------ signals and pipes


@pytest.mark.parametrize(
    ("number", "status", "said"),
    [(signal.SIGINT, 130, "interrupted\n"), (signal.SIGTERM, 143, "")],
)
def test_what_was_opened_is_closed_when_assembling_is_ended(
    tmp_path: Path, process: StartProcess, number: signal.Signals, status: int, said: str
) -> None:
    """By Ctrl-C or by whoever manages processes: no traceback, and a status of its own."""
    text = HEAD + "extensions: [{use: 'shop:make_pool', close: stop}, 'shop:wait']\n"
    write_files(tmp_path, {"web.yaml": text, "shop.py": SHOP})
    running = process(["-m", "assembler", "flask", "web.yaml", "routes"])
    wait_until((tmp_path / "waiting").exists, "step that waits")
    assert running.terminate(number) == status
    assert (running.stdout, running.stderr) == ("", said)
    assert (tmp_path / "closed").read_text() == "the pool\n"


@pytest.mark.parametrize(
    "args",
    [
        ["schema"],
        ["catalog"],
        ["plan", "web.yaml"],
        ["plan", "absent.yaml", "--output-format", "json"],
        ["show", "web.yaml"],
        ["--help"],
    ],
    ids=" ".join,
)
def test_a_reader_that_goes_away_is_no_error_to_tell(tmp_path: Path, args: list[str]) -> None:
    """As with `| head`: nothing on standard error, whether the output is long or short."""
    write_files(tmp_path, {"web.yaml": HEAD})
    read_end, write_end = os.pipe()
    os.close(read_end)
    done = subprocess.run(
        [sys.executable, "-m", "assembler", *args],
        cwd=tmp_path,
        env=build_env(),
        stdout=write_end,
        stderr=subprocess.PIPE,
        check=False,
        timeout=60,
    )
    os.close(write_end)
    assert (done.returncode, done.stderr) == (1, b"")


def run_in_shell(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a line as a shell has it."""
    return subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=folder,
        env=build_env(),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_head_reads_what_it_wants(tmp_path: Path) -> None:
    """A real pipe to a real `head`, of more than a pipe holds."""
    command = f'"{sys.executable}" -m assembler catalog --output-format json | head -n 1'
    done = run_in_shell(command, tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "[\n", "")


def test_a_full_disk_is_told(tmp_path: Path) -> None:
    """It is no defect of ours, and no success."""
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "assembler", "catalog"],
            cwd=tmp_path,
            env=build_env(),
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            timeout=60,
        )
    assert done.returncode == 1
    assert done.stderr == b"error: the output cannot be written: no space left on device\n"


@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize("name", ["plan", "lint", "show"])
def test_a_stream_that_is_closed_from_the_start_is_left_alone(
    tmp_path: Path, name: str, number: int
) -> None:
    """Some service managers start processes so."""
    command = f'exec "{sys.executable}" -m assembler {name} absent.yaml {number}>&-'
    done = run_in_shell(command, tmp_path)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


LONG = "a" * 300  # more than a name may have


@pytest.mark.parametrize(
    ("args", "status"),
    [
        (["lint", LONG], 1),
        (["lint", f"{LONG}/x.yaml"], 1),
        (["lint", f"{LONG}/*.yaml"], 1),
        (["lint", "--output-format", f"json:{LONG}/x"], 2),
        (["plan", f"{LONG}/x.yaml"], 1),
        (["lint", "file.yaml"], 0),  # a file that may yet be made: a warning
        (["flask", "file.yaml", "routes"], 1),
        (["lint", "base.yaml"], 1),
        (["flask", "mount.yaml", "routes"], 1),
        (["flask", "migrate.yaml", "routes"], 0),
    ],
)
def test_a_name_that_is_too_long_is_not_there(tmp_path: Path, args: list[str], status: int) -> None:
    """Python before 3.14 raises where it is asked whether there is such a file."""
    database = "{use: database, with: {url: 'sqlite://'}}"
    texts = {
        "file": f"config: [{{use: file, with: {{path: {LONG}/x.py}}}}]",
        "base": f"extends: {LONG}/x.yaml",
        "mount": f"extensions: [{{use: {LONG}/x.yaml, as: mount, with: {{path: /x}}}}]",
        "migrate": f"extensions: [{database}, {{use: migrate, with: {{directory: {LONG}/x}}}}]",
    }
    write_files(tmp_path, {f"{name}.yaml": f"{HEAD}{text}\n" for name, text in texts.items()})
    done = run(tmp_path, *args)
    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stderr


# ------------------------------------------------------------------------------- output formats


def test_json_tells_what_is_wrong_with_yaml(tmp_path: Path) -> None:
    """On standard output, the same keys as for any other finding."""
    write_files(tmp_path, {"web.yaml": HEAD + 'extensions: ["shop:add_page\n'})
    done = run(tmp_path, "plan", "web.yaml", "--output-format", "json")
    assert (done.returncode, done.stderr) == (1, "")
    assert json.loads(done.stdout) == [
        {
            "path": "web.yaml",
            "line": 3,
            "column": 14,
            "end_line": 3,
            "end_column": 15,
            "severity": "error",
            "code": "ASM101",
            "name": "yaml-syntax",
            "message": "the quoted string is never closed",
            "hint": "Close the quote.",
            "url": None,
            "related": [],
            "fix": None,
        }
    ]


@pytest.mark.parametrize(
    ("env", "is_colored"),
    [
        ({"TERM": "xterm"}, True),
        ({"TERM": "xterm", "NO_COLOR": "1"}, False),
        ({"TERM": "xterm", "NO_COLOR": ""}, True),
        ({"TERM": "dumb"}, False),
    ],
)
def test_a_terminal_gets_an_excerpt_and_colours(
    tmp_path: Path, env: dict[str, str], *, is_colored: bool
) -> None:
    """Unless NO_COLOR, which counts where it is not empty, or the terminal knows none."""
    write_files(tmp_path, {"web.yaml": HEAD + "extensions: [databse]\n"})
    said = run_on_terminal(tmp_path, ["plan", "web.yaml"], env)
    red, off = ("\x1b[31;1m", "\x1b[0m") if is_colored else ("", "")
    assert said == (
        f"web.yaml:3:14: {red}error[ASM502]{off} no extension is called 'databse' [unknown-name]\n"
        "    |\n"
        "  3 | extensions: [databse]\n"
        f"    |              {red}^^^^^^^{off}\n"
        "  hint: Did you mean 'database'?\n"
    )


def test_a_file_gets_no_colours(tmp_path: Path) -> None:
    """Whatever the terminal could do; a line for each finding, which programs can read."""
    write_files(tmp_path, {"web.yaml": HEAD + "extensions: [databse]\n"})
    said = fails(tmp_path, "plan", "web.yaml", env={"TERM": "xterm", "COLORTERM": "truecolor"})
    assert said == (
        "web.yaml:3:14: error[ASM502] no extension is called 'databse' [unknown-name]\n"
        "  hint: Did you mean 'database'?\n"
    )


def run_on_terminal(folder: Path, args: list[str], env: Mapping[str, str]) -> str:
    """Run a command whose standard error is a terminal, and give what it shows there."""
    controller, terminal = pty.openpty()
    child = subprocess.Popen(
        [sys.executable, "-m", "assembler", *args],
        cwd=folder,
        env=build_env(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=terminal,
    )
    os.close(terminal)
    shown = b""
    try:
        while chunk := os.read(controller, 4096):
            shown += chunk
    except OSError:
        pass  # Linux says so when the other end is closed
    os.close(controller)
    assert child.wait(60) == 1
    return shown.decode().replace("\r\n", "\n")


# ---------------------------------------------------------------------------- usage and defects


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["pln", "web.yaml"], "Error: No such command 'pln'. Did you mean 'plan'?"),
        (["plan", "web.yaml", "--orign"], "Error: No such option"),
        (["plan"], "Error: no PROFILE is given: ASSEMBLER_PROFILE is not set, and there is no"),
        (["plan", "web.yaml", "more.yaml"], "Error: Got unexpected extra argument (more.yaml)"),
        (["plan", "web.yaml", "--output-format", "xml"], "Error: Invalid value for"),
        (["catalog", "databse"], "unknown catalogue name 'databse'. Did you mean"),
        (["flask"], "Error: Missing argument 'PROFILE'."),
        (["flask", "web.yaml", "roots"], "Error: No such command 'roots'."),
        (["run", "web.yaml", "--workrs", "2"], "Error: No such option '--workrs'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_usage_is_told_with_status_2(tmp_path: Path, args: list[str], said: str) -> None:
    """What the command line itself gets wrong is nobody's profile's fault."""
    write_files(tmp_path, {"web.yaml": HEAD, "shop.py": ""})
    done = run(tmp_path, *args)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "Usage: " in done.stderr


def test_a_defect_of_ours_is_told_with_its_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is what a report of it needs; the status is neither the user's fault's nor usage's."""
    write_files(tmp_path, {"web.yaml": HEAD})
    monkeypatch.chdir(tmp_path)

    def break_down(*_: object, **__: object) -> None:
        message = "a defect of ours"
        raise ZeroDivisionError(message)

    monkeypatch.setattr("assembler.commands.plan.load_command_plan", break_down)
    assert command_line.main(["plan", "web.yaml"]) == 70
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("Traceback (most recent call last):\n")
    assert "ZeroDivisionError: a defect of ours\n" in said.err
    assert said.err.endswith(
        "this is a defect of assembler, please report it with the lines above\n"
    )


# --------------------------------------------------------------------------------------- secrets


def test_no_output_has_a_secret(tmp_path: Path) -> None:
    """Of a profile full of them, whatever the command, the format and the mistake."""
    text = (VALID / "secrets.yaml").read_text()
    assert len(re.findall("geheim", text)) > 15
    broken = break_everywhere(text)
    write_files(tmp_path, {"web.yaml": text, "broken.yaml": broken})
    commands = [
        [command, name, *more]
        for name in ("web.yaml", "broken.yaml")
        for command, *more in (
            ["plan"],
            ["plan", "--output-format", "json"],
            ["show"],
            ["show", "--origin"],
            ["show", "--no-interpolate"],
            ["show", "--output-format", "json"],
            ["show", "--origin", "--output-format", "json"],
            ["lint"],
            ["lint", "--output-format", "json"],
        )
    ]
    secret = {"SHOP_DB_PASSWORD": "geheim-env", "SHOP_MAIL_TOKEN": "geheim-mail-env"}
    printed = ""
    for env in (ENV, {**ENV, **secret}):
        outcomes = run_here(commands, tmp_path, env)
        assert {outcome.status for outcome in outcomes} == {0, 1}
        printed += "".join(outcome.stdout + outcome.stderr for outcome in outcomes)
    assert printed.count("***") > 20
    assert "geheim" not in printed
    assert "20261127" not in printed


def break_everywhere(text: str) -> str:
    """Put what is secret where it cannot stand: of a wrong type, in a condition, in a reference."""
    for old, new in (
        ("version: 1", "version: 2"),
        ("key: geheim-step-key-of-today", "key: 20261127"),
        ("fallbacks: [geheim-step-key-of-before]", "fallbacks: geheim-step-key-of-before"),
        ('url: "postgresql://shop:geheim-step-url@db/shop"', "pool_size: ${SHOP_DSN}"),
        ("when: ${SHOP_ERRORS_DSN", "when: is ${SHOP_ERRORS_DSN"),
        ("args: [geheim-argument]", "args: {password: geheim-argument}"),
    ):
        assert old in text, old
        text = text.replace(old, new)
    return text


def test_what_fails_at_run_tells_no_secret(tmp_path: Path) -> None:
    """Not even where the library that fails says it, nor in the report."""
    module = (
        "def connect(app, password, url):\n"
        "    raise ConnectionError(f'{password} was refused by {url} for '\n"
        "                          + app.config['API_TOKEN'])\n"
    )
    text = HEAD + (
        "config: [{use: values, with: {API_TOKEN: geheim-token}}]\n"
        "extensions:\n"
        "  - use: shop:connect\n"
        "    with: {password: {$file: password.txt}, url: 'redis://u:geheim-url@h/0'}\n"
        "    on_error: ON_ERROR\n"
    )
    files = {"shop.py": module, "password.txt": "geheim-file\n"}
    for on_error, status in (("abort", 1), ("skip", 0)):
        write_files(tmp_path, {"web.yaml": text.replace("ON_ERROR", on_error), **files})
        done = run(tmp_path, "flask", "web.yaml", "routes")
        assert done.returncode == status
        assert "*** was refused by redis://u:***@h/0 for ***" in done.stderr
        assert "geheim" not in done.stderr + done.stdout


def test_the_tests_run_the_package_of_the_checkout() -> None:
    """And not one that is installed beside it."""
    done = run_cli(["-c", "import assembler; print(assembler.__file__)"], ROOT)
    assert Path(done.stdout.strip()).parent == ROOT / "assembler"
