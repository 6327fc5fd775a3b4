"""A factory called with the ledger on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.scripts import run_script, write_files

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "shop.py": """\
        from flask import Flask

        def create_app(title="shop"):
            app = Flask("shop")
            app.config["TITLE"] = title
            app.config.get("COLOUR")
            app.before_request(lambda: None)
            return app
    """,
    "web.yaml": """\
        version: 1
        app: {with: {import_name: shop}}
        config: [{use: values, with: {TITLE: shop}}]
    """,
}
SCRIPT = """\
    import json
    from assembler.ledger.comparing import compare_ledgers
    from assembler.ledger.factory_run import record_factory
    from assembler.secrets.fingerprints import Fingerprints
    from assembler.ledger.profile_run import record_profile
    from assembler.ledger.recorder import Done, Recorder
    from assembler.planning.loading import load_plan, prepare_path

    key = Fingerprints(b"one")
    recorder = Recorder(key)

    def make():
        import shop
        recorder.leave(Done("call", "nothing yet"))
        return shop.create_app()

    app, ledger = record_factory(make, "shop:create_app", recorder=recorder)
    loaded = load_plan("web.yaml", env={})
    prepare_path(loaded.policy)
    _, other = record_profile(loaded, fingerprints=key)
    print(json.dumps({
        "steps": [[step.kind, len(step.effects) > 0, step.imported.modules > 0]
                  for step in ledger.steps],
        "absent": ledger.steps[-1].reads.absent,
        "differences": [one.to_dict() for one in compare_ledgers(other, ledger)],
    }))
"""


def test_factory_is_watched_from_its_first_flask_object_on(tmp_path: Path) -> None:
    """Config reads too, though nobody hands the app over before the end; steps can be marked."""
    write_files(tmp_path, FILES)

    said = run_script(SCRIPT, folder=tmp_path)

    assert said["steps"] == [["call", False, True], ["factory", True, False]]
    assert said["absent"] == ["COLOUR"]
    (difference,) = said["differences"]
    assert (difference["kind"], difference["key"]) == ("hook", "before_request")
    assert (difference["change"], difference["left"]) == ("added", None)
    assert difference["right"].startswith("shop:create_app.<locals>.<lambda> at line 7")
