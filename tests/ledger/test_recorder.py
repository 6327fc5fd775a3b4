"""What the ledger says of each step, and that looking changes nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.support.scripts import run_script, write_files

if TYPE_CHECKING:
    from pathlib import Path

SHOP = """\
    import logging
    import click
    from flask import Blueprint, got_request_exception
    from werkzeug.exceptions import NotFound

    bp = Blueprint("shop", __name__, url_prefix="/shop")

    @bp.get("/<int:number>")
    def show(number):
        return str(number)

    @bp.before_app_request
    def first():
        pass

    def second():
        pass

    @click.command()
    def restock():
        pass

    def answer(error):
        return "none", 404

    def turn(app):
        functions = app.before_request_funcs[None]
        functions.reverse()

    def listen(app):
        got_request_exception.connect(answer, app)
        got_request_exception.connect(lambda sender: None, app)

    def set_up(app):
        made.append(app)
        app.config["SHOP_TITLE"] = app.config["SHOP_NAME"].title()
        app.config.setdefault("SHOP_PASSWORD", "a6Kx-22-vw")
        app.config.get("SHOP_COLOUR")
        app.config.copy() | dict(app.config)
        app.config |= {"SHOP_SIZE": 3}
        app.logger.addHandler(logging.StreamHandler())
        app.jinja_env.filters["loud"] = str.upper
        app.extensions["shop"] = object()

    def swap(app):
        app.config["SHOP_SIZE"] = 4
        app.jinja_env.filters["loud"] = str.lower
        app.error_handler_spec[None][404][NotFound] = second

    def need(app):
        app.extensions["shop"]

    class Outer:
        def __init__(self, app, tone):
            self.kept, self.tone = {"app": app}, tone
            self.views = {"/live": Knowing()}

        def __call__(self, environ, start_response):
            return self.kept["app"](environ, start_response)

    class Knowing:
        def __init__(self):
            self.app, self.next = made[0], lambda: made[0]

        def __call__(self):
            return self.app

    made = []

    def wrap(wsgi_app):
        def call(environ, start_response):
            return wsgi_app(environ, start_response)
        return call
"""
PROFILE = """\
    version: 1
    app: {with: {import_name: shop}}
    config:
      - use: values
        with: {SHOP_NAME: corner shop}
    extensions:
      - shop:bp
      - {use: "shop:second", as: before_request}
      - shop:turn
      - {use: "shop:restock"}
      - {use: "shop:answer", as: error_handler, with: {for: 404}}
      - shop:set_up
      - shop:swap
      - shop:need
      - shop:listen
      - {use: "shop:wrap", as: middleware}
      - {use: "shop:Outer", as: middleware, with: {tone: low}}
      - {use: "shop:need", name: never, when: false}
"""
RECORD = """\
    import json
    from assembler.ledger.profile_run import record_profile
    from assembler.planning.loading import load_plan, prepare_path

    loaded = load_plan("web.yaml", env={})
    prepare_path(loaded.policy)
    app, ledger = record_profile(loaded)
"""


def record(folder: Path, then: str = "    print(json.dumps(ledger.to_dict()))\n") -> object:
    """Record the shop in a process of its own."""
    write_files(folder, {"shop.py": SHOP, "web.yaml": PROFILE})
    return run_script(RECORD + then, folder=folder)


def list_effects(step: dict[str, object]) -> list[tuple[str, str, str]]:
    """List kind, key and change of each effect."""
    effects = step["effects"]
    assert isinstance(effects, list)
    return [(one["kind"], one["key"], one["change"]) for one in effects]


def test_each_step_has_its_effects_its_reads_and_its_place(tmp_path: Path) -> None:
    """Of every kind, by what the app really keeps."""
    ledger = record(tmp_path)
    assert isinstance(ledger, dict)
    steps = {step["name"]: step for step in ledger["steps"]}

    effects = {name: list_effects(step) for name, step in steps.items()}
    assert effects["shop:bp"] == [
        ("route", "GET,HEAD,OPTIONS /shop/<int:number>", "added"),
        ("view", "shop.show", "added"),
        ("blueprint", "shop", "added"),
        ("hook", "before_request", "added"),
        ("hook", "context_processor of shop", "added"),
    ]
    assert effects["shop:second"] == [("hook", "before_request", "added")]
    assert effects["shop:turn"] == [("hook", "before_request", "moved")]
    assert effects["shop:restock"] == [("command", "restock", "added")]
    assert effects["shop:answer"] == [("error_handler", "404", "added")]
    assert effects["shop:set_up"] == [
        ("config", "SHOP_TITLE", "added"),
        ("config", "SHOP_PASSWORD", "added"),
        ("config", "SHOP_SIZE", "added"),
        ("extension", "shop", "added"),
        ("filter", "loud", "added"),
        ("log_handler", "shop", "added"),  # Flask's own, which comes with the logger
        ("log_handler", "shop", "added"),
    ]
    # As many as before.
    assert effects["shop:swap"] == [
        ("error_handler", "404", "changed"),
        ("config", "SHOP_SIZE", "changed"),
        ("filter", "loud", "changed"),
    ]
    # Nobody holds the other receiver, which is gone at once.
    assert effects["shop:listen"] == [("signal", "got-request-exception", "added")]
    assert steps["shop:set_up"]["reads"]["found"] == ["SHOP_NAME", "DEBUG", "TEMPLATES_AUTO_RELOAD"]
    assert steps["shop:set_up"]["reads"]["absent"] == ["SHOP_PASSWORD", "SHOP_COLOUR"]
    assert steps["shop:need"]["asked"] == ["shop"]
    assert steps["never"]["outcome"] == "skipped"
    assert steps["shop:bp"]["place"] == {"path": "web.yaml", "line": 7, "column": 5}
    assert steps["shop:bp"]["imported"]["modules"] > 0
    assert steps["shop:need"]["imported"]["modules"] == 0


def test_wrappers_are_in_order_and_found_by_whatever_they_keep_the_app_in(tmp_path: Path) -> None:
    """An attribute, a mapping, a closure; who only knows the app is no wrapper of it."""
    ledger = record(tmp_path)
    assert isinstance(ledger, dict)
    (outer,) = [step for step in ledger["steps"] if step["name"] == "shop:Outer"]

    assert list_effects(outer) == [("wsgi", "wsgi_app", "added")]
    wraps = [part["detail"] for part in ledger["parts"] if part["kind"] == "wsgi"]
    assert [one.split("(")[0] for one in wraps] == ["shop:Outer", "shop:wrap.<locals>.call"]
    assert "tone='low'" in wraps[0]


def test_secret_is_a_fingerprint_that_another_key_changes(tmp_path: Path) -> None:
    """So that nobody can try passwords against a ledger."""
    then = """\
    from assembler.secrets.fingerprints import Fingerprints
    _, again = record_profile(loaded, fingerprints=Fingerprints(b"one"))
    _, same = record_profile(loaded, fingerprints=Fingerprints(b"one"))
    print(json.dumps([one.to_dict() for one in (ledger, again, same)]))
"""
    ledgers = record(tmp_path, then)
    assert isinstance(ledgers, list)

    shown = [
        next(part for part in one["parts"] if part["key"] == "SHOP_PASSWORD") for one in ledgers
    ]
    assert "a6Kx" not in json.dumps(ledgers)
    assert shown[0] != shown[1] == shown[2]
    assert len({one["keyed"] for one in ledgers}) == 2


def test_what_changes_once_it_is_in_words_is_not_told(tmp_path: Path) -> None:
    """A console reads the ledger long after the boot: it is that of the boot."""
    then = """\
    from flask import Flask
    from assembler.ledger.recorder import Done, Recorder
    with Recorder() as recorder:
        other = Flask("shop")
        recorder.take_app(other)
        other.config["SIZES"] = sizes = [1]
        recorder.leave(Done("factory", "shop"))
        recorder.spell()
    sizes.append(2)
    told = recorder.finish("shop")
    (effect,) = [one for one in told.steps[0].effects if one.key == "SIZES"]
    (part,) = [one for one in told.parts if one.key == "SIZES"]
    print(json.dumps([effect.detail, part.detail]))
"""
    assert record(tmp_path, then) == ["[1]", "[1]"]


def test_looking_changes_nothing(tmp_path: Path) -> None:
    """Nothing is made, kept or sorted because somebody looked; the config has its own class."""
    then = """\
    import logging
    from flask import Config
    from blinker import Signal
    from assembler import create_app
    from assembler.ledger.look import take_look
    from importlib.machinery import SourceFileLoader
    plain = create_app("web.yaml", env={})
    def see():
        loggers = set(logging.root.manager.loggerDict)
        return set(vars(plain)), loggers, dict(plain.before_request_funcs)
    before = see()
    take_look(plain)
    print(json.dumps({
        "same": before == see(),
        "config": type(app.config) is Config,
        "blinker": Signal.connect.__module__,
        "loader": "exec_module" in vars(SourceFileLoader),
        "answers": [one.test_client().get("/shop/7").text for one in (plain, app)],
    }))
"""
    assert record(tmp_path, then) == {
        "same": True,
        "config": True,
        "blinker": "blinker.base",
        "loader": False,
        "answers": ["7", "7"],
    }
