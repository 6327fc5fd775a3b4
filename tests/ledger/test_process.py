"""What a step does to its process: threads, greenlets, open files, logging, warnings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.ledger.naming import Namer
from assembler.ledger.process_kinds import PROCESS_KINDS
from tests.support.scripts import run_script, write_files

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "shop.py": """\
        import logging, os, socket, threading, warnings

        def start_thread(app):
            app.done = threading.Event()
            threading.Thread(target=app.done.wait, name="stock-7", daemon=True).start()

        def open_files(app):
            app.file = open("stock.txt", "w")
            app.socket = socket.create_server(("127.0.0.1", 0))
            with open("stock.txt") as passing:
                passing.read()

        def close_file(app):
            app.file.close()

        def change_logging(app):
            logging.getLogger("shop.stock").setLevel("ERROR")
            logging.getLogger("shop.stock").propagate = False
            logging.getLogger("shop.stock").addFilter(logging.Filter("shop"))
            logging.getLogger("shop.none").addHandler(logging.NullHandler())
            warnings.simplefilter("error", ResourceWarning)

        def spawn(app):
            import gevent
            app.greenlet = gevent.spawn(gevent.sleep, 30)
    """,
    "web.yaml": """\
        version: 1
        app: {with: {import_name: shop}}
        patches: [gevent]
        extensions:
          - shop:start_thread
          - shop:open_files
          - shop:close_file
          - shop:change_logging
          - shop:spawn
    """,
}
SCRIPT = """\
    import json, os
    from assembler.ledger.profile_run import record_profile
    from assembler.planning.loading import load_plan, prepare_path

    loaded = load_plan("web.yaml", env={})
    prepare_path(loaded.policy)
    app, ledger = record_profile(loaded)
    print(json.dumps({step.name: step.effects for step in ledger.steps}), flush=True)
    os._exit(0)
"""


def test_effects_on_the_process_are_told(tmp_path: Path) -> None:
    """What is closed again within a step is none; a NullHandler handles nothing."""
    write_files(tmp_path, FILES)

    effects = run_script(SCRIPT, folder=tmp_path)
    of = {
        name.partition(":")[2]: [
            (kind, key, change, detail) for kind, key, change, detail, _ in all_
        ]
        for name, all_ in effects.items()
        if name.startswith("shop:")
    }

    threads = [one for one in of["start_thread"] if one[0] == "thread"]
    assert [one[:3] for one in threads] == [("thread", "stock-N", "added")]
    assert threads[0][3].endswith(":Thread daemon")
    files = [one for one in of["open_files"] if one[0] == "open"]
    assert ("open", str(tmp_path / "stock.txt"), "added", "open") in files
    (socket,) = [detail for _, key, _, detail in files if key == "socket"]
    assert socket.startswith("bound to ('127.0.0.1', ")
    assert [one[:3] for one in of["close_file"]] == [
        ("open", str(tmp_path / "stock.txt"), "removed")
    ]
    assert [one for one in of["change_logging"] if one[0] != "warning_filter"] == [
        ("log_level", "shop.stock", "added", "ERROR alone"),
        ("log_filter", "shop.stock", "added", "logging:Filter"),
    ]
    assert ("warning_filter", "filters", "added", "error builtins:ResourceWarning") in of[
        "change_logging"
    ]
    assert ("greenlet", "gevent.hub:sleep", "added", "spawned") in of["spawn"]


def test_a_socket_whose_number_another_file_has_by_now_is_closed(tmp_path: Path) -> None:
    """A thread may close it between the look and the words for it."""
    (kind,) = [one for one in PROCESS_KINDS if one.name == "open"]
    target = "socket:[4711]"
    with (tmp_path / "stock.txt").open("w") as other:
        said = kind.show(Namer({}, str), (str(other.fileno()), target), target)

        assert said == "closed since"
        assert not other.closed
