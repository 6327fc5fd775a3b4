"""Each patch is found by name, does what it says, and is proved live."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import pytest
from gevent import monkey
from pydantic import ValidationError

from assembler.steps.forms import Patch
from assembler.steps.patches import GROUP, TABLE, find_patch_names, get_patch
from assembler.steps.patches.gevent import GeventOptions
from tests.support.grpc_slow import run_slow_server
from tests.support.scripts import run_script, write_files

if TYPE_CHECKING:
    from pathlib import Path

SCRIPT = """
import json, sys, time
from assembler.diagnostics.diagnostic import Place
from assembler.steps.patches import get_patch
from assembler.planning.patch_calls import PatchCall
from assembler.patching.applying import apply_patches
from tests.support.event_loop import measure, query_slow

place = Place("web.yaml")
patches = [get_patch(name) for name in sys.argv[1].split(",") if name]
calls = [PatchCall(patch, patch.options(), place) for patch in patches]
apply_patches(calls, find_place=lambda: place)
probe, target, seconds = *sys.argv[2:4], float(sys.argv[4])
if probe == "sleep":
    measured = measure(lambda: time.sleep(seconds))
elif probe == "psycopg2":
    measured = measure(lambda: query_slow(target, seconds))
else:
    import grpc
    from tests.support.grpc_slow import call_slow
    channel = grpc.insecure_channel(target)
    call_slow(channel, 0)
    measured = measure(lambda: call_slow(channel, seconds))
print(json.dumps(measured._asdict()))
"""


def _measure(names: str, probe: str, target: str, folder: Path) -> dict[str, Any]:
    # Without its patch 16 calls take 16 times as long: short ones show that as well.
    seconds = "0.6" if probe in names or (probe == "sleep" and names) else "0.05"
    measured: dict[str, Any] = run_script(
        SCRIPT, names, probe, target, seconds, folder=folder, is_forked=True
    )
    return measured


@pytest.mark.parametrize("name", TABLE)
def test_every_patch_of_the_table_goes_by_its_name(name: str) -> None:
    """The table's key, the patch's own name and its documented options agree."""
    patch = get_patch(name)

    assert isinstance(patch, Patch)
    assert patch.name == name
    assert patch.summary
    assert all(field.description for field in patch.options.model_fields.values())


def test_an_unknown_patch_is_a_key_error() -> None:
    """A name that no table and no entry point has is refused by its name."""
    with pytest.raises(KeyError, match="eventlet"):
        get_patch("eventlet")


def test_loading_the_table_loads_no_library(tmp_path: Path) -> None:
    """Asking for every patch leaves gevent, gRPC and psycopg2 unloaded: `lint` asks too."""
    found = run_script(
        """
        import json, sys
        from assembler.steps.patches import TABLE, get_patch
        for name in TABLE:
            get_patch(name)
        libraries = {"gevent", "greenlet", "grpc", "psycopg2", "psycogreen", "flask"}
        print(json.dumps(sorted(libraries & set(sys.modules))))
        """,
        folder=tmp_path,
    )

    assert found == []


def test_other_distributions_add_patches(tmp_path: Path) -> None:
    """An entry point of the group `assembler.patches` is a patch like those of the table."""
    write_files(
        tmp_path,
        {
            "acme_patch.py": """
                from assembler.steps.forms import Options, Patch
                calls = []
                PATCH = Patch("acme", "Test.", Options, calls.append, lambda _: str(len(calls)))
                """,
            "acme-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: acme\nVersion: 1.0\n",
            "acme-1.0.dist-info/entry_points.txt": f"[{GROUP}]\nacme = acme_patch:PATCH\n"
            f"wrong = acme_patch:calls\n",
        },
    )

    found = run_script(
        """
        import json
        from assembler.diagnostics.diagnostic import Place
        from assembler.steps.patches import find_patch_names, get_patch
        from assembler.planning.patch_calls import PatchCall
        from assembler.patching.applying import apply_patches
        patch, place = get_patch("acme"), Place("web.yaml")
        proofs = apply_patches([PatchCall(patch, patch.options(), place)], find_place=lambda: place)
        try:
            get_patch("wrong")
        except KeyError as error:
            print(json.dumps([find_patch_names(), proofs[0].proof, str(error.__cause__)]))
        """,
        folder=tmp_path,
    )

    assert set(found[0]) >= {*TABLE, "acme"}
    assert found[1] == "1"
    assert found[2].startswith(
        "'wrong' of the distribution acme cannot be loaded: expected a Patch"
    )


def test_the_table_is_part_of_the_names() -> None:
    """Suggestions know every patch of the table."""
    assert set(find_patch_names()) >= set(TABLE)


def test_gevents_options_are_those_of_patch_all() -> None:
    """The typed options have gevent's own names and defaults, none more and none less."""
    parameters = inspect.signature(monkey.patch_all).parameters.values()
    theirs = {
        parameter.name: parameter.default
        for parameter in parameters
        if parameter.kind is not inspect.Parameter.VAR_KEYWORD
    }

    assert GeventOptions().model_dump() == theirs


def test_signal_without_os_is_refused() -> None:
    """Gevent warns that children would be lost; here it is an error before anything is patched."""
    with pytest.raises(ValidationError, match="signal: false"):
        GeventOptions(os=False)


def test_subscribers_to_gevents_events_hear_of_the_patching(tmp_path: Path) -> None:
    """What a distribution subscribes by an entry point is called, and may stop a module's patch."""
    group = "gevent.plugins.monkey"
    write_files(
        tmp_path,
        {
            "acme_subscriber.py": """
                from gevent.events import DoNotPatch
                heard = []

                def refuse(event):
                    if event.module_name == "queue":
                        raise DoNotPatch

                def hear(event):
                    heard.append(type(event).__name__)
                """,
            "acme-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: acme\nVersion: 1.0\n",
            "acme-1.0.dist-info/entry_points.txt": f"[{group}.will_patch_module]\n"
            f"acme = acme_subscriber:refuse\n"
            f"[{group}.did_patch_all]\nacme = acme_subscriber:hear\n",
        },
    )

    found = run_script(
        """
        import json
        from importlib import metadata
        from assembler.steps.patches.gevent import PATCH, GeventOptions
        before = metadata.entry_points
        PATCH.apply(GeventOptions())
        import acme_subscriber
        from gevent import monkey
        print(json.dumps([
            acme_subscriber.heard,
            monkey.is_module_patched("queue"),
            monkey.is_module_patched("socket"),
            metadata.entry_points is before,
        ]))
        """,
        folder=tmp_path,
    )

    assert found == [["GeventDidPatchAllEvent"], False, True, True]


def test_gevent_makes_sixteen_sleeps_one(tmp_path: Path) -> None:
    """With gevent, `time.sleep` lets the event loop run; without, it stops it."""
    patched = _measure("gevent", "sleep", "", tmp_path)
    plain = _measure("", "sleep", "", tmp_path)

    assert patched["share"] > 0.2
    assert plain["share"] < 0.1


def test_grpc_makes_sixteen_calls_wait_at_once(tmp_path: Path) -> None:
    """With the patch all calls reach the server together; without, one after the other."""
    with run_slow_server() as address:
        patched = _measure("gevent,grpc", "grpc", address, tmp_path)
    with run_slow_server() as address:
        plain = _measure("gevent", "grpc", address, tmp_path)

    assert max(patched["results"]) == 16
    assert patched["share"] > 0.2
    assert max(plain["results"]) == 1
    assert plain["share"] < 0.1


def test_psycopg2_makes_sixteen_queries_wait_at_once(tmp_path: Path, postgres_url: str) -> None:
    """With the patch all queries sleep in PostgreSQL together; without, one after the other."""
    patched = _measure("gevent,grpc,psycopg2", "psycopg2", postgres_url, tmp_path)
    plain = _measure("gevent,grpc", "psycopg2", postgres_url, tmp_path)

    assert max(patched["results"]) >= 8
    assert patched["share"] > 0.2
    assert max(plain["results"]) == 1
    assert plain["share"] < 0.1
