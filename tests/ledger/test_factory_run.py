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


MOUNTING = """\
    from flask import Flask
    from werkzeug.middleware.dispatcher import DispatcherMiddleware
    from werkzeug.middleware.proxy_fix import ProxyFix

    def make_inner(rule):
        inner = Flask("shop")
        inner.add_url_rule(rule, endpoint="stock", view_func=str)
        inner.wsgi_app = ProxyFix(inner.wsgi_app)
        return inner

    def create_app(rule="/stock", password="a6Kx-22-vw"):
        app = Flask("shop")
        app.config.update(SHOP_PASSWORD=password, SHOP_NOTE=f"it is {password}")
        mounts = {"/admin": make_inner(rule).wsgi_app, "/plain": lambda environ, answer: []}
        app.wsgi_app = DispatcherMiddleware(app.wsgi_app, mounts)
        return app
"""
COMPARE = """\
    import json
    from assembler.ledger.comparing import compare_ledgers
    from assembler.ledger.factory_run import record_factory
    from assembler.ledger.recorder import Recorder
    from assembler.secrets.fingerprints import Fingerprints
    from shop import create_app

    def record(**options):
        recorder = Recorder(Fingerprints(b"one"))
        return record_factory(lambda: create_app(**options), "shop", recorder=recorder)[1]

    one, same, other = record(), record(), record(rule="/goods", password="b7Ly-33-xz")
    print(json.dumps([
        compare_ledgers(one, same),
        [found[:5] for found in compare_ledgers(one, other)],
    ]))
"""


def test_app_that_is_mounted_is_compared_as_well(tmp_path: Path) -> None:
    """Behind what is wrapped around it, and below its path; a secret is masked in any text."""
    write_files(tmp_path, {"shop.py": MOUNTING})

    none, found = run_script(COMPARE, folder=tmp_path)

    assert none == []
    assert [one[:3] for one in found] == [
        ["route", "/admin: GET,HEAD,OPTIONS /stock", "removed"],
        ["route", "/admin: GET,HEAD,OPTIONS /goods", "added"],
        ["config", "SHOP_PASSWORD", "changed"],
        ["config", "SHOP_NOTE", "changed"],
    ]
    assert found[3][3].startswith("'it is ***'#")
