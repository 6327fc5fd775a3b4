"""Test what the pages Profile and Boot say of earlier boots."""

from __future__ import annotations

import json
import logging
import zlib
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, update

from assembler.journal.snapshots import pack_snapshot
from assembler.secrets import fingerprints
from tests.console.support import TOKEN, build_app, get_json, open_console
from tests.support.edited import start_edited
from tests.support.processes import http_get, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask import Flask

    from tests.conftest import StartProcess

SECRET, OTHER_SECRET = "hunter2-of-the-tests", "hunter3-of-the-tests"
BASE = """\
version: 1
abstract: true
config:
  - use: values
    with:
      SQLALCHEMY_DATABASE_URI: sqlite:///FOLDER/boots.db
      GREETING: hello
      API_TOKEN: SECRET
extensions:
  - database
  - journal
  - tests.console.support:make_tables
  - CONSOLE
"""
HEALTH = "extensions: [{use: health, after: [journal]}]\n"


@pytest.fixture
def boot(tmp_path: Path) -> Callable[..., Flask]:
    """Return what makes the app of an overlay, whose base has a journal, and records the boot."""

    def make(overlay: str = "", secret: str = SECRET, ledger: str = "false") -> Flask:
        console = f"{{use: console, with: {{token: {TOKEN}, ledger: {ledger}}}}}"
        base = BASE.replace("FOLDER", str(tmp_path)).replace("SECRET", secret)
        base = base.replace("CONSOLE", console)
        text = f"extends: base.yaml\n{overlay}"
        return build_app(tmp_path, text, {"base.yaml": base}, patches="apply")

    return make


def list_boots(app: Flask) -> list[str]:
    """Return the ids of the journal's boots, the newest first."""
    return [one["id"] for one in get_json(app.test_client(), "boots")["boots"]]


def compare(app: Flask, against: str) -> Any:  # noqa: ANN401 - JSON
    """Return what the page Profile says of an earlier boot; its HTML must be well too."""
    client = app.test_client()
    assert open_console(client, f"/profile?against={against}").status_code == 200
    return get_json(client, f"profile?against={against}")


def test_an_edit_shows_with_its_origins(boot: Callable[..., Flask]) -> None:
    """What came, what changed; the file and the line of both sides; the secret by fingerprint."""
    boot()
    app = boot("server: {workers: 3}\nconfig: [{use: values, with: {GREETING: 'good day'}}]\n")
    new, old = list_boots(app)
    found = compare(app, old)
    changes = {one["key"]: one for one in found["changes"]["values"]}
    assert set(changes) == {"server.workers", "config[values].with.GREETING"}
    greeting = changes["config[values].with.GREETING"]
    assert (greeting["change"], greeting["left"]["value"], greeting["left"]["line"]) == (
        "changed",
        "hello",
        7,
    )
    assert greeting["left"]["path"].endswith("base.yaml")
    assert (greeting["right"]["value"], greeting["right"]["line"]) == ('"good day"', 5)
    assert changes["server.workers"]["left"] is None
    assert found["changes"]["effects"] is None
    assert "nobody looked" in found["changes"]["notes"][0]
    assert [one["id"] for one in found["earlier"]] == [new, old]
    assert found["against"]["id"] == old
    assert get_json(app.test_client(), f"boot?id={new}")["changes"] == {
        **found["changes"],
        "notes": [found["changes"]["notes"][0].replace("that boot", "the boot before")],
    }
    page = open_console(app.test_client(), "/profile").text
    assert f'<option value="{old}">' in page
    assert compare(app, new)["changes"]["values"] == []


def test_a_changed_secret_shows_as_far_as_it_is_safe(
    boot: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the fingerprint within one start of the server; after another start not at all."""
    boot()
    app = boot(secret=OTHER_SECRET)
    old = list_boots(app)[1]
    (change,) = compare(app, old)["changes"]["values"]
    assert change["key"] == "config[values].with.API_TOKEN"
    left, right = change["left"]["value"], change["right"]["value"]
    assert left.startswith('"***"#')
    assert right.startswith('"***"#')
    assert left != right
    monkeypatch.setattr(fingerprints, "make_key", lambda: b"another start")
    fingerprints.get_server_key.cache_clear()
    try:
        found = compare(app, old)["changes"]
    finally:
        fingerprints.get_server_key.cache_clear()
    assert found["values"] == []
    assert "one start of the server" in found["notes"][0]
    assert "a secret differs" in found["notes"][1]


def test_effects_are_compared_where_both_were_looked_at(boot: Callable[..., Flask]) -> None:
    """With the steps that made them, and their places; times and fingerprints do not count."""
    boot(ledger="true")
    app = boot(HEALTH, ledger="true")
    new, old = list_boots(app)
    for found in (
        compare(app, old)["changes"],
        get_json(app.test_client(), f"boot?id={new}")["changes"],
    ):
        effects = {(one["kind"], one["key"]): one for one in found["effects"]}
        ready = effects["route", "GET,HEAD,OPTIONS /health/ready"]
        assert (ready["change"], ready["left"], ready["right_step"]) == ("added", None, "health")
        assert ready["right_place"].endswith("web.yaml:4:20")
        assert all("health" in str(one) for one in found["effects"])
        assert found["notes"] == []
    assert compare(app, new)["changes"]["effects"] == []


def test_boots_of_the_same_profile_are_kept_once(boot: Callable[..., Flask]) -> None:
    """However many there are; of them the last one can be chosen."""
    boot()
    boot()
    app = boot()
    db = app.extensions["sqlalchemy"]
    with app.app_context(), db.engine.connect() as connection:
        kept = connection.execute(select(db.metadata.tables["assembler_snapshots"])).all()
        boots = connection.execute(select(db.metadata.tables["assembler_boots"])).all()
    assert (len(boots), len(kept)) == (3, 1)
    (earlier,) = get_json(app.test_client(), "profile")["earlier"]
    assert earlier["id"] == list_boots(app)[0]


def test_what_else_the_process_does_is_no_effect(
    boot: Callable[..., Flask], tmp_path: Path
) -> None:
    """Boots made of the same have the same effects, whoever runs, logs or opens files beside."""
    boot(ledger="true")
    with ThreadPoolExecutor(thread_name_prefix="beside") as pool, (tmp_path / "open").open("wb"):
        pool.submit(int).result()
        logger = logging.getLogger("beside-the-console")
        logger.setLevel("ERROR")
        app = boot(ledger="true")
        logger.setLevel("NOTSET")
    old = list_boots(app)[1]
    assert compare(app, old)["changes"]["effects"] == []
    db = app.extensions["sqlalchemy"]
    with app.app_context(), db.engine.connect() as connection:
        kept = connection.execute(select(db.metadata.tables["assembler_snapshots"])).all()
    assert len(kept) == 2


def test_what_cannot_be_compared_is_said(boot: Callable[..., Flask], tmp_path: Path) -> None:
    """No such boot, nothing kept of it, no journal, no page of boots."""
    app = boot()
    (own,) = list_boots(app)
    assert "no such boot" in compare(app, "other")["fault"]
    db = app.extensions["sqlalchemy"]
    with app.app_context(), db.engine.begin() as connection:
        table = db.metadata.tables["assembler_boots"]
        connection.execute(update(table).values(profile_snapshot=None))
    found = compare(app, own)
    assert found["earlier"] == []
    assert "not kept the profile of that boot" in found["changes"]["notes"][0]
    assert open_console(app.test_client(), "/profile?against=" + "x" * 37).status_code == 400
    app = build_app(tmp_path)
    assert "no step `journal`" in compare(app, own)["fault"]
    assert compare(app, "")["fault"] is None
    steps = f"extensions: [{{use: console, with: {{token: {TOKEN}, without: [boots]}}}}]\n"
    assert "left out" in compare(build_app(tmp_path, steps), own)["fault"]


def test_what_a_later_version_has_kept_is_compared(boot: Callable[..., Flask]) -> None:
    """By what this one knows of it: each part may have more than this version writes."""
    boot(ledger="true")
    app = boot(HEALTH, ledger="true")
    expected = compare(app, list_boots(app)[1])
    boots, snapshots = (
        app.extensions["sqlalchemy"].metadata.tables[name]
        for name in ("assembler_boots", "assembler_snapshots")
    )
    with app.app_context(), app.extensions["sqlalchemy"].engine.begin() as connection:
        for boot_id, report in connection.execute(select(boots.c.id, boots.c.report)).all():
            connection.execute(
                update(boots).values(report=grow(report)).where(boots.c.id == boot_id)
            )
        for digest, content in connection.execute(
            select(snapshots.c.digest, snapshots.c.content)
        ).all():
            later = pack_snapshot(grow(json.loads(zlib.decompress(content))))
            assert later is not None
            connection.execute(
                update(snapshots).values(content=later.content).where(snapshots.c.digest == digest)
            )
    found = compare(app, list_boots(app)[1])
    assert found["changes"] == expected["changes"]
    assert found["changes"]["effects"]
    for boot_id in list_boots(app):
        assert get_json(app.test_client(), f"boot?id={boot_id}")["steps"]


def grow(kept: Any) -> Any:  # noqa: ANN401 - JSON
    """Return what is kept with more in each of its records, as a later version may write it."""
    if isinstance(kept, dict):
        return {**{name: grow(one) for name, one in kept.items()}, "later": ["more"]}
    if isinstance(kept, list):
        is_record = bool(kept) and all(isinstance(one, str) for one in kept)
        return [*map(grow, kept), "later"] if is_record else [*map(grow, kept)]
    return kept


def test_the_profile_is_shown_line_by_line(boot: Callable[..., Flask]) -> None:
    """As YAML with variables filled in, each line with its origin, secrets as fingerprints."""
    app = boot("description: '${WORDS:-<b>of the tests</b>}'\ndebug: false\n")
    lines = {one["text"].strip(): one for one in get_json(app.test_client(), "profile")["lines"]}
    words = lines['description: "<b>of the tests</b>"']
    assert (words["line"], words["variables"]) == (4, ["WORDS"])
    assert lines["GREETING: hello"]["path"].endswith("base.yaml")
    assert any(text.startswith('API_TOKEN: "***#') for text in lines)
    page = open_console(app.test_client(), "/profile").text
    assert '<span class="y-key">GREETING</span>: <span class="y-text">hello</span>' in page
    assert '<span class="y-number">false</span>' in page
    assert '<span class="y-masked">' in page
    assert "<b>of" not in page


def test_a_refused_reload_says_what_it_was_to_change(
    process: StartProcess, tmp_path: Path, runtime_folder: Path
) -> None:
    """Its profile is kept as that of a boot is, where it could be read."""
    steps = (
        f"{{use: database, with: {{url: 'sqlite:///{tmp_path}/b.db'}}}}\n"
        "  - {use: journal, with: {routes: false}}\n"
        "  - tests.console.support:make_tables\n"
        f"  - {{use: console, with: {{token: {TOKEN}}}}}"
    )
    edited = start_edited(process, tmp_path, runtime_folder, "[]", "workers: 1")
    edited.edit("two", steps)
    edited.change("reload")
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    url = f"{edited.served.url}/_assembler/api"

    def find_boot(kind: str) -> Any:  # noqa: ANN401 - JSON
        found = http_get(f"{url}/boots?kind={kind}", headers=bearer).json()["boots"]
        return found and http_get(f"{url}/boot?id={found[0]['id']}", headers=bearer).json()

    edited.edit("three", f"{steps}\n  - {{use: 'steps:fail', name: broken}}")
    assert edited.ask("reload").returncode == 1
    found = wait_until(lambda: find_boot("rejection"), "the rejection in the journal")
    assert "it is broken" in found["reason"]
    changes = {one["key"]: one["right"]["value"] for one in found["changes"]["values"]}
    assert changes == {
        "extensions[hello].with.text": "three",
        "extensions[broken].use": "steps:fail",
    }
