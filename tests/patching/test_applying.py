"""Patches are checked, carried out once in a process, and proved; else they are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from assembler.diagnostics import codes
from tests.support.scripts import run_script, write_files

if TYPE_CHECKING:
    from pathlib import Path

# `attempt("gevent, grpc")` gives the proofs, or the diagnostics that refuse them.
PRELUDE = """
import json, sys
from assembler.diagnostics.diagnostic import Place, ProfileError
from assembler.steps.patches import get_patch
from assembler.planning.patch_calls import PatchCall
from assembler.patching.applying import apply_patches, find_traces

def attempt(names, *, with_=None, **more):
    place = Place("web.yaml")
    patches = [get_patch(name) for name in names.split(", ") if name]
    calls = [PatchCall(patch, patch.options(**(with_ or {})), place) for patch in patches]
    try:
        proofs = apply_patches(calls, find_place=lambda: place, **more)
    except ProfileError as error:
        return [[found.code, found.message, found.hint] for found in error.diagnostics]
    return [[proof.name, proof.proof, proof.by] for proof in proofs]

def is_patched():
    monkey = sys.modules.get("gevent.monkey")
    return bool(monkey and monkey.saved)

"""


def _run(source: str, folder: Path) -> Any:  # noqa: ANN401 - any JSON
    return run_script(PRELUDE + source, folder=folder, is_forked=True)


def test_every_patch_carries_its_proof(tmp_path: Path) -> None:
    """The report says of each patch what shows that it is live, and that we applied it."""
    proofs = _run('print(json.dumps(attempt("gevent, grpc, psycopg2")))', tmp_path)

    assert [(name, by) for name, _, by in proofs] == [
        ("gevent", "assembler"),
        ("grpc", "assembler"),
        ("psycopg2", "assembler"),
    ]
    assert "threading" in proofs[0][1]
    assert "psycogreen.gevent.gevent_wait_callback" in proofs[2][1]


def test_the_same_list_again_gives_the_same_proofs(tmp_path: Path) -> None:
    """A second app with the same patches is fine, and nothing is patched twice."""
    first, again = _run(
        'print(json.dumps([attempt("gevent, grpc"), attempt("gevent, grpc")]))', tmp_path
    )

    assert first == again


@pytest.mark.parametrize(
    "second", ['attempt("gevent, grpc")', 'attempt("gevent", with_={"dns": False})']
)
def test_another_list_in_the_same_process_is_refused(second: str, tmp_path: Path) -> None:
    """A process has one patch list, options included: the first that was applied."""
    ((code, message, _),) = _run(f'attempt("gevent")\nprint(json.dumps({second}))', tmp_path)

    assert code == codes.PATCH_LIST_DIFFERS.number
    assert "already has the patches 'gevent'" in message


def test_patches_after_none_are_refused(tmp_path: Path) -> None:
    """An app without patches fixes the list as well: it may run in threads by now."""
    ((code, _, _),) = _run('attempt("")\nprint(json.dumps(attempt("gevent")))', tmp_path)

    assert code == codes.PATCH_LIST_DIFFERS.number


def test_no_patches_leave_the_process_unpatched(tmp_path: Path) -> None:
    """With `patches: []` nothing is patched, and that was checked."""
    proofs, patched = _run('print(json.dumps([attempt(""), is_patched()]))', tmp_path)

    assert proofs == []
    assert patched is False


@pytest.mark.parametrize(
    "before",
    [
        'attempt("gevent")',
        "from gevent import monkey; monkey.patch_all()",
        "from gevent import monkey; monkey.patch_time()",
        "import psycogreen.gevent; psycogreen.gevent.patch_psycopg()",
        "import grpc.experimental.gevent as patch; patch.init_gevent()",
    ],
)
def test_no_patches_in_a_patched_process_are_refused(before: str, tmp_path: Path) -> None:
    """With `patches: []` a process that anybody has patched, wholly or in part, is refused."""
    ((code, _, _),) = _run(f'{before}\nprint(json.dumps(attempt("")))', tmp_path)

    assert code == codes.PROCESS_IS_PATCHED.number


def test_a_process_patched_by_its_server_is_checked_and_completed(tmp_path: Path) -> None:
    """Where a server has patched the standard library, the rest is applied, and both are told."""
    proofs = _run(
        """
from gevent import monkey
monkey.patch_all()
print(json.dumps(attempt("gevent, psycopg2", found_by="gunicorn -k gevent")))
""",
        tmp_path,
    )

    assert [(name, by) for name, _, by in proofs] == [
        ("gevent", "gunicorn -k gevent"),
        ("psycopg2", "assembler"),
    ]


def test_a_server_that_has_not_patched_is_refused(tmp_path: Path) -> None:
    """Under a server `patch_all` is never called by us: an unpatched worker stays so."""
    ((code, message, hint),), patched = _run(
        'print(json.dumps([attempt("gevent", found_by="gunicorn -k sync"), is_patched()]))',
        tmp_path,
    )

    assert code == codes.WORKER_NOT_PATCHED.number
    assert "gunicorn -k sync" in message
    assert "-k gevent" in hint
    assert patched is False


def test_celery_is_told_its_own_remedy(tmp_path: Path) -> None:
    """Under Celery the hint names Celery's pool."""
    ((_, _, hint),) = _run('print(json.dumps(attempt("gevent", found_by="celery")))', tmp_path)

    assert "-P gevent" in hint


def test_a_server_that_patched_less_than_asked_is_refused(tmp_path: Path) -> None:
    """What the server left out is named."""
    ((code, message, _),) = _run(
        """
from gevent import monkey
monkey.patch_all(ssl=False)
print(json.dumps(attempt("gevent", found_by="gunicorn")))
""",
        tmp_path,
    )

    assert code == codes.WORKER_NOT_PATCHED.number
    assert "left ssl unpatched" in message


def test_a_server_that_patched_more_than_asked_is_refused(tmp_path: Path) -> None:
    """A profile that leaves something unpatched cannot mean the same under such a server."""
    ((code, message, _),) = _run(
        """
from gevent import monkey
monkey.patch_all()
print(json.dumps(attempt("gevent", with_={"dns": False}, found_by="gunicorn")))
""",
        tmp_path,
    )

    assert code == codes.PATCH_LIST_DIFFERS.number
    assert "dns" in message


def test_options_reach_gevent(tmp_path: Path) -> None:
    """What the profile leaves out stays as it was."""
    proofs, ssl_is_patched = _run(
        """
proofs = attempt("gevent", with_={"ssl": "no"})
from gevent import monkey
print(json.dumps([proofs, monkey.is_module_patched("ssl")]))
""",
        tmp_path,
    )

    assert "ssl" not in proofs[0][1]
    assert ssl_is_patched is False


def test_patching_beside_the_main_thread_is_refused(tmp_path: Path) -> None:
    """Gevent only warns; the main thread could never be joined."""
    ((code, message, _),), patched = _run(
        """
import threading
results = []
thread = threading.Thread(target=lambda: results.append(attempt("gevent")), name="other")
thread.start(); thread.join()
print(json.dumps([results[0], is_patched()]))
""",
        tmp_path,
    )

    assert code == codes.PATCH_TOO_LATE.number
    assert "'other'" in message
    assert patched is False


def test_what_only_gevent_sees_is_an_error_too(tmp_path: Path) -> None:
    """Gevent's warning counts even for a module that `sys.modules` does not list any more."""
    write_files(tmp_path, {"hidden.py": "from ssl import SSLContext\n"})

    ((code, message, _),) = _run(
        """
import hidden
del sys.modules["hidden"]
print(json.dumps(attempt("gevent")))
""",
        tmp_path,
    )

    assert code == codes.PATCH_TOO_LATE.number
    assert "hidden" in message


def test_a_missing_package_is_said_before_anything_is_patched(tmp_path: Path) -> None:
    """The process is not left half patched, and the hint is the command that installs."""
    ((code, message, hint),), patched = _run(
        """
from assembler.steps.forms import Options, Patch
place = Place("web.yaml")
gevent = get_patch("gevent")
acme = Patch("acme", "Test.", Options, print, print, packages=("json", "acme_is_not_here"))
calls = [PatchCall(gevent, gevent.options(), place), PatchCall(acme, Options(), place)]
try:
    apply_patches(calls, find_place=lambda: place)
except ProfileError as error:
    found = [[found.code, found.message, found.hint] for found in error.diagnostics]
    print(json.dumps([found, is_patched()]))
""",
        tmp_path,
    )

    assert code == codes.PACKAGE_MISSING.number
    assert message == "patch 'acme' needs the package 'acme_is_not_here', which is not installed"
    assert hint == "Run `pip install acme_is_not_here`."
    assert patched is False


def test_a_patch_that_raises_shows_where(tmp_path: Path) -> None:
    """The error of somebody else's patch is given with its message and its own last frame."""
    write_files(
        tmp_path,
        {
            "acme.py": """
                def apply(options):
                    raise RuntimeError("no such thing\\nsecond line")
                """
        },
    )

    code, message, path, line = _run(
        """
import acme
from assembler.steps.forms import Options, Patch
place = Place("web.yaml")
patch = Patch("acme", "Test.", Options, acme.apply, lambda options: None)
try:
    apply_patches([PatchCall(patch, Options(), place)], find_place=lambda: place)
except ProfileError as error:
    found = error.diagnostics[0]
    where = found.related[0].place
    print(json.dumps([found.code, found.message, where.path, where.span.line]))
""",
        tmp_path,
    )

    assert code == codes.PATCH_FAILED.number
    assert message == "patch 'acme' failed: RuntimeError: no such thing"
    assert path.endswith("acme.py")
    assert line == 3


def test_a_patch_without_proof_is_not_live(tmp_path: Path) -> None:
    """That nothing was raised is not enough."""
    code = _run(
        """
from assembler.steps.forms import Options, Patch
place = Place("web.yaml")
patch = Patch("acme", "Test.", Options, lambda options: None, lambda options: None)
try:
    apply_patches([PatchCall(patch, Options(), place)], find_place=lambda: place)
except ProfileError as error:
    print(json.dumps(error.diagnostics[0].code))
""",
        tmp_path,
    )

    assert code == codes.PATCH_NOT_LIVE.number


def test_assume_changes_nothing_and_says_so(tmp_path: Path) -> None:
    """For test suites the process is taken as it is, and the report tells what it was."""
    assumed, patched, applied = _run(
        """
assumed = attempt("gevent, grpc, psycopg2", mode="assume")
patched = is_patched()
print(json.dumps([assumed, patched, attempt("gevent", mode="apply")]))
""",
        tmp_path,
    )

    assert [proof[1:] for proof in assumed] == [["not live (assumed)", "assumed"]] * 3
    assert patched is False
    assert applied[0][2] == "assembler"


def test_app_without_patches_after_one_with_patches_names_them(tmp_path: Path) -> None:
    """The message says which patches the process has, and from whom."""
    ((code, message, _),) = _run('attempt("gevent")\nprint(json.dumps(attempt("")))', tmp_path)

    assert code == codes.PROCESS_IS_PATCHED.number
    assert "'gevent' of an earlier app" in message


def test_app_without_patches_is_refused_once_somebody_else_has_patched(tmp_path: Path) -> None:
    """Also where an earlier app found the process unpatched."""
    ((code, _, _),) = _run(
        """
assert attempt("") == []
from gevent import monkey
monkey.patch_time()
print(json.dumps(attempt("")))
""",
        tmp_path,
    )

    assert code == codes.PROCESS_IS_PATCHED.number
