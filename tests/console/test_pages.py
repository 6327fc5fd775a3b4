"""Test what the pages show, as JSON and as HTML."""

from __future__ import annotations

import json
import os
import re
import socket
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # it has no types
from referencing import Registry, Resource
from sqlalchemy import Column, Integer

from tests.console.support import ROOT, STEPS, TOKEN, build_app, get_json, open_console
from tests.support.edited import start_edited
from tests.support.processes import http_get

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from flask import Flask

    from tests.conftest import StartProcess

PAGES = ("now", "assembly", "profile", "config", "routes", "boots", "playground")
STARTED = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)
CONSOLE = f"{{use: console, with: {{token: {TOKEN}, page_size: 3, playground: true}}}}"
JOURNAL = f"""\
config: [{{use: values, with: {{SQLALCHEMY_DATABASE_URI: 'sqlite:///FOLDER/boots.db'}}}}]
extensions: [database, {{use: journal, with: {{record: false}}}}, health, {CONSOLE}]
"""


class Outline(HTMLParser):
    """What a page is made of: its texts, and the tags that somebody could have slipped in."""

    def __init__(self, page: str) -> None:
        """Read a page."""
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag with its attributes."""
        self.tags.append(f"{tag} {dict(attrs)}")

    def handle_data(self, data: str) -> None:
        """Note a text."""
        self.text += data


def build_journal(folder: Path) -> Flask:
    """Return an app with an empty journal of boots."""
    app = build_app(folder, JOURNAL.replace("FOLDER", str(folder)))
    with app.app_context():
        app.extensions["sqlalchemy"].create_all()
    return app


def add_boots(app: Flask, *values: Mapping[str, object]) -> None:
    """Put boots into the journal, a minute after one another, with ``values`` over the usual."""
    db = app.extensions["sqlalchemy"]
    table = db.metadata.tables["assembler_boots"]
    rows = [
        {
            "id": f"boot-{number:04}",
            "profile": "web",
            "role": "web",
            "digest": "sha256:a",
            "started_at": STARTED + timedelta(minutes=number),
            "duration_ms": 12.5,
            "outcome": "done",
            "kind": "boot",
            "generation": 1,
            "host": "web-1",
            "pid": 7,
            "versions": {"flask": "3.1"},
            "report": {},
            **value,
        }
        for number, value in enumerate(values)
    ]
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(table.insert(), rows)


@pytest.fixture
def journal(tmp_path: Path) -> Flask:
    """Return an app with an empty journal, in a folder of the test's."""
    return build_journal(tmp_path)


@pytest.mark.parametrize("name", PAGES)
def test_the_data_is_what_the_document_says(journal: Flask, name: str) -> None:
    """Each page's JSON, and the page itself, which links to it."""
    client = journal.test_client()
    add_boots(journal, {}, {})
    document = get_json(client, "openapi.json")
    assert document["openapi"] == "3.1.0"
    operation = document["paths"][f"/api/{name}"]["get"]
    content = operation["responses"]["200"]["content"]["application/json"]
    registry: Any = Registry().with_resource(
        "urn:it",
        Resource.from_contents({**document, "$schema": Draft202012Validator.META_SCHEMA["$id"]}),
    )
    schema = {"$ref": f"urn:it{content['schema']['$ref']}"}
    Draft202012Validator(schema, registry=registry).validate(get_json(client, name))
    page = open_console(client, f"/{name}")
    assert page.status_code == 200
    assert f'href="{ROOT}/api/{name}"' in page.text
    assert 'aria-current="page"' in page.text


@pytest.mark.parametrize(
    "path", ["now?x=1", "boots?outcome=fine", "boots?cursor=x", "boot", "boots?profile=%00"]
)
def test_a_wrong_query_is_said(journal: Flask, path: str) -> None:
    """As problem details, and as a page."""
    client = journal.test_client()
    answer = open_console(client, f"/api/{path}")
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    assert answer.json is not None
    assert answer.json["status"] == 400
    page = open_console(client, f"/{path}")
    assert (page.status_code, page.mimetype) == (400, "text/html")


def test_the_first_page_is_small_and_whole(journal: Flask) -> None:
    """With all that it loads, which is ours alone: 60 KB or less."""
    client = journal.test_client()
    page = open_console(client, "/").text
    loaded = re.findall(r'(?:src|href)="([^"]+/assets/[^"]+)"', page)
    sizes = {path: len(client.get(path).data) for path in loaded}
    assert sorted(path.rpartition(".")[2] for path in sizes) == ["css", "js", "svg"]
    assert len(page.encode()) + sum(sizes.values()) <= 60_000
    assert not re.search(r"(?:src|href)=.(?:https?:)?//", page)


def test_what_runs_and_what_is_on_disk(journal: Flask, tmp_path: Path) -> None:
    """An edit shows, and a broken profile."""
    client = journal.test_client()
    found = get_json(client, "now")
    assert (found["profile"], found["outcome"], found["server"]) == ("web", "done", None)
    assert found["on_disk"]["state"] == "the same"
    assert [one["name"] for one in found["checks"]] == ["database"]
    file = tmp_path / "web.yaml"
    file.write_text(file.read_text().replace("page_size: 3", "page_size: 4"))
    found = get_json(client, "now")["on_disk"]
    assert found["state"] == "edited"
    assert [one.replace(" ", "") for one in found["changes"]] == ["-page_size:3", "+page_size:4"]
    file.write_text("version: 1\nnonsense: 1\n")
    assert get_json(client, "now")["on_disk"]["state"].startswith("broken: ")
    assert open_console(client, "/").status_code == 200


def test_each_value_says_what_set_it(tmp_path: Path) -> None:
    """The file, the line, and the variable."""
    files = {"base.yaml": f"version: 1\nabstract: true\nserver: {{workers: 2}}\n{STEPS}"}
    text = "extends: base.yaml\ndescription: ${WORDS:-of the tests}\n"
    client = build_app(tmp_path, text, files).test_client()
    values = {one["key"]: one for one in get_json(client, "profile")["values"]}
    assert values["server.workers"]["path"].endswith("base.yaml")
    assert values["server.workers"]["line"] == 3
    assert values["description"]["value"] == '"of the tests"'
    (variable,) = values["description"]["variables"]
    assert (variable["name"], variable["is_set"]) == ("WORDS", False)
    assert values["extensions[console].with.token"]["value"].startswith('"***"#')


def test_each_config_key_says_which_sources_set_it(tmp_path: Path) -> None:
    """The last one is in force."""
    text = (
        "config: [{use: values, with: {A: 1}}, {use: values, name: more, with: {A: [1, {b: x}]}}]\n"
        + STEPS
    )
    client = build_app(tmp_path, text).test_client()
    keys = {one["key"]: one for one in get_json(client, "config")["keys"]}
    assert keys["A"] == {
        "key": "A",
        "value": "[1, {'b': 'x'}]",
        "kind": "list",
        "is_secret": False,
        "history": ["values", "more"],
        "read_by": None,
    }
    assert keys["DEBUG"]["history"] == []
    assert [one["key"] for one in get_json(client, "config?q=%5b1,%20%7b")["keys"]] == ["A"]


def test_the_steps_are_in_their_order(tmp_path: Path) -> None:
    """With their places and times; each begins where the one before has ended."""
    text = (
        "config: [{use: values, with: {A: 1}}]\nextensions: [{use: proxy_fix, when: false}, "
        + (STEPS.partition("[")[2])
    )
    client = build_app(tmp_path, text).test_client()
    steps = get_json(client, "assembly")["steps"]
    assert [(one["kind"], one["name"], one["outcome"]) for one in steps] == [
        ("config", "values", "done"),
        ("extension", "proxy_fix", "skipped"),
        ("extension", "console", "done"),
    ]
    assert steps[0]["config_keys"] == ["A"]
    assert steps[0]["place"].endswith("web.yaml:3:16")
    ends = [one["start_ms"] + one["import_ms"] + one["run_ms"] for one in steps]
    assert steps[2]["start_ms"] == pytest.approx(ends[1], abs=0.01)
    assert "<svg" in open_console(client, "/assembly").text


def test_with_a_ledger_each_step_opens_to_what_it_did(tmp_path: Path) -> None:
    """Routes and config keys lead to their steps too; the app is as if nobody had looked."""
    console = f"{{use: console, with: {{token: {TOKEN}, ledger: true}}}}"
    text = (
        "config: [{use: values, with: {SECRET_KEY: of-the-tests-1234567890, A: 1}}]\n"
        f"extensions: [secret_key, health, 'tests.runner_app:add_routes', {console}]\n"
    )
    app = build_app(tmp_path, text)
    assert type(app.config).__module__ == "flask.config"
    client = app.test_client()
    found = get_json(client, "assembly")
    assert found["is_recorded"] is True
    steps = {one["name"]: one for one in found["steps"]}
    assert found["steps"][0]["kind"] == "app"
    routes = [one["key"] for one in steps["health"]["effects"] if one["kind"] == "route"]
    assert "GET,HEAD,OPTIONS /health/live" in routes
    assert "SECRET_KEY" in steps["secret_key"]["reads"]
    made_by = {one["rule"]: one["step"] for one in get_json(client, "routes")["routes"]}
    assert made_by["/health/ready"] == "health"
    assert made_by[f"{ROOT}/"] == "console"
    keys = {one["key"]: one for one in get_json(client, "config")["keys"]}
    assert "secret_key" in keys["SECRET_KEY"]["read_by"]
    assert keys["A"]["read_by"] == []
    page = open_console(client, "/assembly").text
    assert "added route" in page
    assert "of-the-tests" not in page + json.dumps(found)


MAKES = """\
import click
from flask import Flask, request_started


class Wrapper:
    def __init__(self, app):
        self.app = app

    def __call__(self, environ, start_response):
        return self.app(environ, start_response)


def make_all(app):
    app.add_url_rule("/made", "made", lambda: "")
    app.before_request(lambda: None)
    app.config["MADE"] = 1
    app.cli.add_command(click.Command("made"))
    app.wsgi_app = Wrapper(app.wsgi_app)
    request_started.connect(listen, app)


def listen(sender, **_):
    pass


def first(app):
    app.extensions["shared"] = [1]


def second(app):
    app.extensions["shared"] = [2]
"""


def test_each_kind_of_effect_and_each_conflict_is_shown(tmp_path: Path) -> None:
    """Routes, hooks, config keys, commands, wrappers, signals; a conflict with both places."""
    console = f"{{use: console, with: {{token: {TOKEN}, ledger: true}}}}"
    text = f"extensions:\n  - makes:make_all\n  - makes:first\n  - makes:second\n  - {console}\n"
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(tmp_path))
        client = build_app(tmp_path, text, {"makes.py": MAKES}).test_client()
    found = get_json(client, "assembly")
    (step,) = (one for one in found["steps"] if one["use"] == "makes:make_all")
    kinds = {one["kind"] for one in step["effects"]}
    assert {"route", "hook", "config", "command", "wsgi", "signal"} <= kinds
    (finding,) = found["findings"]
    assert "replaces app.extensions key 'shared'" in finding["message"]
    assert finding["place"].endswith("web.yaml:6:5")
    (other,) = finding["others"]
    assert other["place"].endswith("web.yaml:5:5")
    page = open_console(client, "/assembly").text
    assert "web.yaml:5:5" in page
    assert finding["hint"] in page


@pytest.mark.parametrize(
    ("debug", "ledger", "is_recorded"),
    [("true", "", True), ("true", ", ledger: false", False), ("false", "", False)],
)
def test_only_in_debug_a_ledger_is_made_unasked(
    tmp_path: Path, debug: str, ledger: str, *, is_recorded: bool
) -> None:
    """And the page says why there is none."""
    text = f"debug: {debug}\nextensions: [{{use: console, with: {{token: {TOKEN}{ledger}}}}}]\n"
    client = build_app(tmp_path, text).test_client()
    assert get_json(client, "assembly")["is_recorded"] is is_recorded
    assert ("was not recorded" in open_console(client, "/assembly").text) is not is_recorded


def test_the_routes_can_be_filtered(journal: Flask) -> None:
    """Also without a script."""
    client = journal.test_client()
    found = [one["rule"] for one in get_json(client, "routes?q=HEALTH")["routes"]]
    assert found == ["/health/live", "/health/ready", "/health/startup"]
    page = open_console(client, "/routes?q=HEALTH").text
    assert "/health/live" in page
    assert "/static/" not in page


def test_a_journal_goes_page_by_page(journal: Flask) -> None:
    """The newest first; the filters stay."""
    client = journal.test_client()
    assert "No boot is like that yet" in open_console(client, "/boots").text
    others = [{"profile": "job", "outcome": "failed", "host": "web-2"}]
    add_boots(journal, *({"digest": f"sha256:{n // 2}"} for n in range(4)), *others)
    first = get_json(client, "boots")
    assert [one["id"] for one in first["boots"]] == ["boot-0004", "boot-0003", "boot-0002"]
    assert [one["is_edited"] for one in first["boots"]] == [None, False, True]
    second = get_json(client, f"boots?cursor={first['next']}")
    assert [one["id"] for one in second["boots"]] == ["boot-0001", "boot-0000"]
    assert second["next"] is None
    for query in ("profile=job", "outcome=failed", "host=web-2", "profile=job&kind=boot"):
        found = get_json(client, f"boots?{query}")
        assert [one["id"] for one in found["boots"]] == ["boot-0004"]
    assert get_json(client, "boots?kind=rejection")["boots"] == []
    page = open_console(client, "/boots?host=web-1").text
    assert f"host=web-1&amp;cursor={get_json(client, 'boots?host=web-1')['next']}" in page


def test_a_boot_says_what_changed_since_the_one_before(journal: Flask) -> None:
    """Steps, config keys, versions; not what a rejection or another profile did."""
    step = {"kind": "extension", "use": "x", "reason": None, "import_ms": 1.0, "run_ms": 2.0}
    old = {"steps": [{**step, "name": "mail", "outcome": "done"}], "config": {"A": ["values"]}}
    new = {"steps": [{**step, "name": "mail", "outcome": "partial", "reason": "no host"}]}
    rejection = {"kind": "rejection", "outcome": "failed", "report": {"reason": "ASM102 no"}}
    add_boots(
        journal,
        {"report": old},
        {"profile": "job", "report": {}},
        rejection,
        {"report": new, "versions": {"flask": "3.2"}},
    )
    client = journal.test_client()
    found = get_json(client, "boot?id=boot-0003")
    assert found["before"] == "boot-0000"
    changes = {one["what"]: (one["before"], one["after"]) for one in found["differences"]}
    assert changes == {
        "version flask": ("3.1", "3.2"),
        "step extension mail": ("x, done", "x, partial: no host"),
        "config A": ("set by values", None),
    }
    assert get_json(client, "boot?id=boot-0002")["reason"] == "ASM102 no"
    assert get_json(client, "boot?id=boot-0000")["before"] is None
    for number in range(4):
        assert open_console(client, f"/boot?id=boot-000{number}").status_code == 200
    assert "There is no such boot" in get_json(client, "boot?id=other")["fault"]


def test_a_boot_of_another_version_is_shown_as_far_as_it_is_known(journal: Flask) -> None:
    """After a rollback the journal has rows of a later version, after an upgrade of an earlier."""
    step = {"kind": "extension", "name": "mail", "place": {"path": "web.yaml"}, "later": [1]}
    patch = {"name": "gevent", "by": "assembler", "later": 1}
    report = {"steps": [step, {**step, "name": "login", "run_ms": 2.0}], "patches": [patch]}
    add_boots(journal, {}, {"kind": "later", "outcome": "later", "report": {**report, "later": {}}})
    client = journal.test_client()
    found = get_json(client, "boot?id=boot-0001")
    assert [(one["name"], one["outcome"], one["run_ms"]) for one in found["steps"]] == [
        ("mail", "unknown", 0.0),
        ("login", "unknown", 2.0),
    ]
    assert {one["what"] for one in found["differences"]} == {
        "patch gevent",
        "step extension mail",
        "step extension login",
    }
    for path in ("/boot?id=boot-0001", "/boots"):
        assert "later" in open_console(client, path).text


def test_a_server_of_another_version_is_shown_as_far_as_it_is_known(tmp_path: Path) -> None:
    """Its master is from before an upgrade, and its new workers are not, or the contrary."""
    worker = {
        **dict.fromkeys(("pid", "generation", "requests", "errors", "age_seconds", "later"), 1),
        "is_ready": True,
        "memory_bytes": None,
    }
    rejected = {"kind": "reload", "at": 1.0, "digest": None, "reason": "no", "later": {}}
    status = {
        "pid": os.getpid(),
        "state": "steady",
        "generation": 1,
        "kind": "boot",
        "since": 1.0,
        "bind": ["127.0.0.1:1"],
        "management_bind": None,
        "can_roll_back": False,
        "later": [],
        "workers": [worker],
        "last_rejected": rejected,
    }
    path = tmp_path / "control"
    client = build_app(tmp_path, f"{STEPS}server: {{control: {path}}}\n").test_client()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        with ThreadPoolExecutor(1) as pool:
            answered = pool.submit(_answer_once, listener, status)
            server = get_json(client, "now")["server"]
            answered.result()
    assert [one["pid"] for one in server["workers"]] == [1]
    assert (server["last_rejected"]["reason"], server["last_rejected"]["more"]) == ("no", "")


def _answer_once(listener: socket.socket, answer: Mapping[str, object]) -> None:
    client, _ = listener.accept()
    with client, client.makefile("rb") as asked:
        asked.readline()
        client.sendall(json.dumps(answer).encode() + b"\n")


def test_a_table_with_more_columns_is_read(tmp_path: Path) -> None:
    """The database is ahead of this code, and the project has read its tables from there."""
    app = build_app(tmp_path, JOURNAL.replace("FOLDER", str(tmp_path)))
    db = app.extensions["sqlalchemy"]
    db.metadata.tables["assembler_boots"].append_column(Column("later", Integer))
    with app.app_context():
        db.create_all()
    add_boots(app, {"later": 1})
    client = app.test_client()
    assert get_json(client, "boot?id=boot-0000")["boot"]["id"] == "boot-0000"
    assert [one["id"] for one in get_json(client, "boots")["boots"]] == ["boot-0000"]


def test_a_boot_that_cannot_be_shown_is_no_wrong_query(journal: Flask) -> None:
    """Whoever asks is not at fault: the app's log says what is."""
    add_boots(journal, {"report": {"steps": 1}})
    answer = open_console(journal.test_client(), "/api/boot?id=boot-0000")
    assert answer.status_code == 500
    assert "the app's log" in answer.text


def test_without_a_journal_the_page_says_so(tmp_path: Path) -> None:
    """And where its table is missing."""
    client = build_app(tmp_path).test_client()
    assert "no step `journal`" in get_json(client, "boots")["fault"]
    assert "keeps no journal" in open_console(client, "/boots").text
    app = build_app(tmp_path, JOURNAL.replace("FOLDER", str(tmp_path)))
    assert "cannot be read now" in get_json(app.test_client(), "boots")["fault"]


def test_pages_can_be_left_out(tmp_path: Path) -> None:
    """From the links, the data and the document."""
    text = f"extensions: [{{use: console, with: {{token: {TOKEN}, without: [config, boots]}}}}]\n"
    client = build_app(tmp_path, text).test_client()
    for name in ("config", "boots", "boot"):
        assert open_console(client, f"/{name}").status_code == 404
        assert open_console(client, f"/api/{name}").status_code == 404
    assert f"{ROOT}/config" not in open_console(client, "/").text
    assert "/api/config" not in get_json(client, "openapi.json")["paths"]


def test_below_a_prefix_of_the_server_the_links_hold(tmp_path: Path) -> None:
    """As SCRIPT_NAME says it, and at a path of the profile's."""
    text = f"extensions: [{{use: console, with: {{token: {TOKEN}, url_prefix: /ops/app}}}}]\n"
    client = build_app(tmp_path, text).test_client()
    answer = client.get(f"/ops/app?token={TOKEN}", environ_overrides={"SCRIPT_NAME": "/shop"})
    assert answer.location == "/shop/ops/app/"
    answer = client.get(
        "/ops/app/",
        headers={"Authorization": f"Bearer {TOKEN}"},
        environ_overrides={"SCRIPT_NAME": "/shop"},
    )
    assert 'href="/shop/ops/app/config"' in answer.text


@pytest.mark.parametrize("x_prefix", [0, 1])
@pytest.mark.parametrize("is_before", [True, False])
def test_below_a_proxys_prefix_the_links_hold_where_it_is_trusted(
    tmp_path: Path, x_prefix: int, *, is_before: bool
) -> None:
    """Wherever the two steps stand; the cookie is for the same path."""
    steps = [
        f"{{use: proxy_fix, with: {{x_prefix: {x_prefix}}}}}",
        f"{{use: console, with: {{token: {TOKEN}}}}}",
    ]
    text = f"extensions: [{', '.join(steps if is_before else reversed(steps))}]\n"
    client = build_app(tmp_path, text).test_client()
    root = "/shop/_assembler" if x_prefix else "/_assembler"
    answer = client.get(f"/_assembler/?token={TOKEN}", headers={"X-Forwarded-Prefix": "/shop"})
    assert answer.location == f"{root}/"
    assert f"Path={root};" in answer.headers["Set-Cookie"]
    headers = {"X-Forwarded-Prefix": "/shop", "Authorization": f"Bearer {TOKEN}"}
    assert f'href="{root}/config"' in client.get("/_assembler/", headers=headers).text


def test_hostile_names_are_only_text(journal: Flask) -> None:
    """A script tag, a mark that turns the direction of a line, and far too much."""
    script, turned, long = "<script>alert(1)</script>", "safe\u202eelif", "x" * 10_000
    add_boots(
        journal,
        {"profile": script, "host": turned},
        {"profile": script, "kind": "rejection", "report": {"reason": f"{long} '\"><img src=x>"}},
    )
    journal.config["EVIL"] = {script: [turned, long]}
    journal.add_url_rule("/\"'&>", script, lambda: "")
    client = journal.test_client()
    for path in ("/boots", "/boot?id=boot-0001", "/boot?id=boot-0000", "/config", "/routes"):
        answer = open_console(client, path)
        outline = Outline(answer.text)
        assert sum(one.startswith("script ") for one in outline.tags) == 1
        assert not any("src': 'x'" in one for one in outline.tags)
        assert "\u202e" not in answer.text
        assert "x" * 2_001 not in answer.text
    config = open_console(client, "/config")
    assert script in Outline(config.text).text
    assert "safe\\u202eelif" in config.text
    assert len(json.dumps(get_json(client, "config"))) > 10_000


def test_a_refused_reload_is_seen_with_its_diagnostic(
    process: StartProcess, tmp_path: Path, runtime_folder: Path
) -> None:
    """And the workers, while the edit on disk stays broken."""
    edited = start_edited(process, tmp_path, runtime_folder, "[]")
    edited.edit("two", CONSOLE)
    edited.change("reload")
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    url = f"{edited.served.url}{ROOT}"
    server = http_get(f"{url}/api/now", headers=bearer).json()["server"]
    assert (server["generation"], server["kind"], server["last_rejected"]) == (2, "reload", None)
    assert sum(one["generation"] == 2 for one in server["workers"]) == 2
    edited.edit("two", "nonsense")
    assert edited.ask("reload").returncode == 1
    found = http_get(f"{url}/api/now", headers=bearer).json()
    rejected = found["server"]["last_rejected"]
    assert "nonsense" in rejected["reason"]
    assert rejected["more"].startswith("  hint: ")
    said = edited.ask("status").stdout
    assert rejected["reason"] in said
    assert rejected["more"].splitlines()[0] in said
    assert found["on_disk"]["state"] == "edited"
    page = http_get(f"{url}/", headers=bearer).text
    assert "The last reload was refused" in page
    assert "nonsense" in page
