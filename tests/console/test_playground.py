"""Test the page on which a profile is edited: what it says, and what nobody gets out of it."""

from __future__ import annotations

import os
import re
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from assembler.console.playground import LIMIT_CHECKS, LIMIT_TEXT_BYTES
from assembler.console.source import mask_source
from assembler.diagnostics.diagnostic import Collector
from assembler.document.document import parse_document
from tests.console.support import ROOT, TOKEN, build_app, get_json, open_console
from tests.console.test_pages import Outline
from tests.support.processes import http_get
from tests.support.served import Served

if TYPE_CHECKING:
    from pathlib import Path

    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from tests.conftest import StartProcess

BEARER = {"Authorization": f"Bearer {TOKEN}"}
HEAD = "version: 1\napp: {with: {import_name: tests.runner_app}}\n"
CONSOLE = f"{{use: console, with: {{token: {TOKEN}, playground: true}}}}"
TEXT = f"extensions: [health, {CONSOLE}]\n"


def send(client: FlaskClient, text: str, **more: str) -> TestResponse:
    """Send a text to be checked, as a program does."""
    data = {"text": text, **more}
    return client.post(f"{ROOT}/api/playground", data=data, headers=BEARER)


def check(client: FlaskClient, text: str, **more: str) -> Any:  # noqa: ANN401 - JSON
    """Return what is found."""
    answer = send(client, text, **more)
    assert answer.status_code == 200, answer.text
    assert answer.json is not None
    return answer.json["outcome"]


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    """Return a client of an app whose console has the page."""
    return build_app(tmp_path, TEXT).test_client()


def test_an_edit_is_linted_planned_and_compared(client: FlaskClient, tmp_path: Path) -> None:
    """With line, column and hint; nothing is written."""
    before = {file: file.read_bytes() for file in tmp_path.iterdir() if file.is_file()}
    page = get_json(client, "playground")
    assert page["files"] == [str(tmp_path / "web.yaml")]
    assert page["text"].startswith("version: 1\n")
    assert page["outcome"] is None
    assert check(client, page["text"])["values"] == []
    text = page["text"].replace("[health,", "[helth, {use: proxy_fix, when: false},")
    found = check(client, text)
    (fault,) = (one for one in found["diagnostics"] if one["severity"] == "error")
    assert (fault["line"], fault["column"], fault["name"]) == (3, 14, "unknown-name")
    assert "health" in fault["hint"]
    assert [(one["name"], one["decision"]) for one in found["steps"]] == [
        ("helth", "runs"),
        ("proxy_fix", "skipped"),
        ("console", "runs"),
    ]
    changes = {one["key"]: one["change"] for one in found["values"]}
    assert changes["extensions[helth].use"] == "added"
    assert changes["extensions[health].use"] == "removed"
    assert {file: file.read_bytes() for file in tmp_path.iterdir() if file.is_file()} == before


@pytest.mark.usefixtures("forked_checks")
def test_a_broken_text_says_where(client: FlaskClient) -> None:
    """And that there is no plan."""
    found = check(client, "version: 1\n\textensions: []\n")
    assert (found["diagnostics"][0]["line"], found["steps"], found["values"]) == (2, None, [])


@pytest.mark.usefixtures("forked_checks")
def test_a_base_can_be_edited(tmp_path: Path) -> None:
    """The profile that runs is linted with it, as it is on disk else."""
    files = {"base.yaml": f"version: 1\nabstract: true\n{TEXT}"}
    client = build_app(tmp_path, "extends: base.yaml\n", files).test_client()
    base, own = get_json(client, "playground")["files"]
    assert own.endswith("web.yaml")
    page = get_json(client, f"playground?file={base}")
    assert page["text"].startswith("version: 1\nabstract")
    found = check(client, page["text"] + "server: {workers: 3}\n", file=base)
    assert [one["key"] for one in found["values"]] == ["server.workers"]
    assert found["values"][0]["right"]["path"] == base
    html = open_console(client, "/playground").text
    assert f"<option>{base}</option>" in html


@pytest.mark.usefixtures("forked_checks")
def test_without_a_script_a_form_does(client: FlaskClient) -> None:
    """With what guards it, and with whatever text, which is only text."""
    client.get(f"{ROOT}/?token={TOKEN}")
    page = client.get(f"{ROOT}/playground").text
    form = re.search(r'name="form" value="([^"]+)"', page)
    assert form is not None
    hostile = 'version: 1\nname: "</textarea><script>alert(1)</script>"\n# \u202e\nx: 1\n'
    data = {"text": hostile + "#" * 10_000, "form": form[1], "file": ""}
    answer = client.post(f"{ROOT}/playground", data=data)
    assert answer.status_code == 200
    outline = Outline(answer.text)
    assert sum(one.startswith("script ") for one in outline.tags) == 1
    assert hostile in outline.text.replace("\r\n", "\n")
    assert "unknown" in answer.text
    assert "is not there" not in answer.text
    for wrong in ({}, {"form": "guessed"}):
        assert (
            client.post(f"{ROOT}/playground", data={**data, "form": "", **wrong}).status_code == 403
        )
        assert client.post(f"{ROOT}/api/playground", data={**data, "form": ""}).status_code == 403
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    assert client.post(f"{ROOT}/playground", data=data, headers=elsewhere).status_code == 403


def test_whoever_is_not_in_sends_nothing(client: FlaskClient) -> None:
    """Not even a text that is too long."""
    for text in (TEXT, "x" * (5 * LIMIT_TEXT_BYTES)):
        assert client.post(f"{ROOT}/playground", data={"text": text}).status_code == 401
        assert client.post(f"{ROOT}/api/playground", data={"text": text}).status_code == 401


@pytest.mark.parametrize(
    ("text", "status"),
    [("x" * (LIMIT_TEXT_BYTES + 1), 413), ("x" * (5 * LIMIT_TEXT_BYTES), 413), (None, 400)],
)
def test_what_is_too_long_or_nothing_is_refused(
    client: FlaskClient, text: str | None, status: int
) -> None:
    """As problem details."""
    data = {} if text is None else {"text": text}
    answer = client.post(f"{ROOT}/api/playground", data=data, headers=BEARER)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")


def test_who_sends_too_often_has_to_wait(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each address by itself; the page stays open."""
    monkeypatch.setattr("assembler.console.playground._run", lambda _: {
        "diagnostics": [], "steps": None, "values": None
    })  # fmt: skip
    assert all(send(client, "x").status_code == 200 for _ in range(LIMIT_CHECKS))
    answer = send(client, "x")
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    assert open_console(client, "/playground").status_code == 200


def test_a_text_that_takes_too_long_is_given_up(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its process ends; the next one is checked."""
    with monkeypatch.context() as patch:
        patch.setattr("assembler.console.playground.LIMIT_SECONDS", 0.01)
        assert send(client, TEXT).status_code == 503
    assert send(client, HEAD + TEXT).status_code == 200


@pytest.mark.usefixtures("forked_checks")
def test_a_text_of_which_there_is_too_much_to_say_is_refused(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker would draw it while others wait."""
    monkeypatch.setattr("assembler.console.playground.LIMIT_FOUND_BYTES", 10_000)
    answer = send(client, HEAD + TEXT + "".join(f"k{number}: 1\n" for number in range(200)))
    assert answer.status_code == 413
    assert "more to say" in answer.text


@pytest.mark.usefixtures("forked_checks")
def test_what_was_sent_comes_back_as_it_was(client: FlaskClient) -> None:
    """Whoever has no script goes on with it; only the secrets that the app knows are masked."""
    answer = send(client, f"password: what-I-have-typed  # {TOKEN}\n")
    assert (answer.json or {})["text"] == "password: what-I-have-typed  # ***\n"


@pytest.mark.parametrize("options", ["", ", playground: false", ", without: [playground]"])
def test_it_is_there_in_debug_or_when_asked_for(tmp_path: Path, options: str) -> None:
    """Else there is no page, no data, no link."""
    steps = f"extensions: [{{use: console, with: {{token: {TOKEN}{options}}}}}]\n"
    debug = "debug: true\n" if options else ""
    client = build_app(tmp_path, debug + steps).test_client()
    for path in ("/playground", "/api/playground"):
        assert open_console(client, path).status_code == 404
        assert client.post(ROOT + path, data={"text": ""}, headers=BEARER).status_code == 405
    assert "playground" not in open_console(client, "/").text
    assert "/api/playground" not in get_json(client, "openapi.json")["paths"]
    client = build_app(tmp_path, "debug: true\nextensions: [{use: console}]\n").test_client()
    assert client.get(f"{ROOT}/playground").status_code == 200


SECRET = "planted-" + os.urandom(6).hex()
PLANTED = f"MARKER_{SECRET[-12:]}"
OUTSIDE = {
    "plain.yaml": f"{PLANTED}: {SECRET}\nsecond: [{SECRET}\n",
    "profile.yaml": f"version: 1\nabstract: true\nserver: {{bind: unix:/{SECRET}}}\n",
    "wrong.yaml": f"version: 1\nabstract: true\nserver: {{workers: {PLANTED}}}\n",
    "lines.txt": f"{SECRET}\n",
    "config.json": f'{{"DEBUG": "{SECRET}", "{PLANTED}": "{SECRET}", "PORT": "{SECRET}"}}',
    "own.env": f"PORT={SECRET}\nMAX_CONTENT_LENGTH={SECRET}\n{PLANTED}={SECRET}\n",
    "run.py": f"import pathlib\npathlib.Path('ran').touch()\nNAME = '{SECRET}'\n",
}
ATTACKS = {
    "a base elsewhere": "extends: {outside}/plain.yaml\n",
    "a base in the project": "extends: ../plain.yaml\n",
    "a profile in the project": "extends: ../profile.yaml\n",
    "a wrong profile in the project": "extends: ../wrong.yaml\n",
    "a profile through a link": "extends: link.yaml\n",
    "a file that is no profile": "extends: ../lines.txt\n",
    "the system's": "extends: /etc/passwd\n",
    "a file's text": "description: {{$file: '{outside}/lines.txt'}}\nconfig: [{{use: values, with: "
    "{{PORT: {{$file: ../lines.txt}}}}}}]\n",
    "config": "config: [{{use: file, with: {{path: ../config.json}}}}, "
    "{{use: dotenv, with: {{path: ../own.env}}}}, {{use: file, name: out, with: "
    "{{path: '{outside}/config.json'}}}}]\n",
    "a folder of secrets": "config: [{{use: secrets, with: {{path: ..}}}}]\n",
    "code": "config: [{{use: file, with: {{path: ../run.py}}}}, "
    "{{use: object, with: {{target: 'run:NAME'}}}}]\nextensions: [{{use: 'run:NAME'}}]\n",
    "a call": "extensions: [{{use: 'os:system', as: function, with: {{command: touch ran}}}}]\n",
    "variables": "description: ${{PLANTED}}\nname: x\nserver: {{workers: ${{PLANTED}}, "
    "bind: '${{PLANTED:-x}}'}}\ndebug: ${{PLANTED}}\n",
    "a guess": "extensions: [{{use: health, when: {{equals: ['${{PLANTED}}', {secret}]}}}}, "
    "{{use: proxy_fix, when: '${{PLANTED:+true}}'}}]\n",
}


@pytest.mark.usefixtures("forked_checks")
@pytest.mark.parametrize("attack", [*ATTACKS])
def test_nothing_of_the_machine_comes_out(
    tmp_path: Path, attack: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No file but profiles of the folder, no variable; nothing is run."""
    outside, profiles = tmp_path / "outside", tmp_path / "project" / "profiles"
    for folder in (outside, profiles.parent, profiles):
        folder.mkdir()
        for name, content in OUTSIDE.items():
            if folder != profiles:
                (folder / name).write_text(content)
    (profiles.parent / "pyproject.toml").write_text("[tool.assembler]\n")
    (profiles / "link.yaml").symlink_to(profiles.parent / "profile.yaml")
    monkeypatch.setenv("PLANTED", SECRET)
    monkeypatch.chdir(profiles.parent)  # so that it is the root
    client = build_app(profiles, TEXT).test_client()
    given = ATTACKS[attack].format(outside=outside, secret=SECRET if attack == "a guess" else "x")
    answer = send(client, HEAD + given)
    assert answer.status_code == 200
    assert PLANTED not in answer.text
    assert "chmod" not in answer.text  # what files there are
    if attack != "a guess":
        assert SECRET not in answer.text
    steps = (answer.json or {})["outcome"]["steps"] or []
    decisions = {one["decision"] for one in steps if one["name"] in {"health", "proxy_fix"}}
    assert decisions <= {"decided at run"}
    assert not list(tmp_path.rglob("ran"))


@pytest.mark.usefixtures("forked_checks")
def test_a_profile_beside_it_may_be_a_base(tmp_path: Path) -> None:
    """As for `lint`; what is wrong with it is not told."""
    files = {
        "other.yaml": "version: 1\nabstract: true\nserver: {workers: 3}\n",
        "wrong.yaml": f"version: 1\nabstract: true\nserver: {{workers: {PLANTED}}}\n",
    }
    client = build_app(tmp_path, TEXT, files).test_client()
    text = get_json(client, "playground")["text"]
    found = check(client, f"extends: other.yaml\n{text}")
    assert [one["key"] for one in found["values"]] == ["server.workers"]
    answer = send(client, f"extends: wrong.yaml\n{text}")
    messages = [one["message"] for one in (answer.json or {})["outcome"]["diagnostics"]]
    assert "this file has a finding of its own, which is not shown here" in messages
    assert PLANTED not in str(messages)


@pytest.mark.usefixtures("forked_checks")
def test_written_secrets_are_masked_and_the_text_stays_yaml(tmp_path: Path) -> None:
    """Also in comments, in blocks, in URLs; unedited, it differs in nothing from what runs."""
    text = (
        "config:\n  - use: values\n    with:\n"
        f"      API_TOKEN: {SECRET}  # not {SECRET}\n"
        f"      PRIVATE_KEY: |\n        {SECRET}\n        second\n"
        f"      URL: postgresql://shop:{SECRET}@db/shop\n"
        f"      LATER: 'x {SECRET}'\n"
        f"      PASSWORD: ${{PASSWORD:-{SECRET}}}\n"
        + TEXT.replace("[health,", "[{use: database, with: {url: 'sqlite:///shop.db'}}, health,")
    )
    client = build_app(tmp_path, text).test_client()
    page = get_json(client, "playground")
    assert SECRET not in page["text"]
    assert TOKEN not in page["text"]
    assert "# not ***" in page["text"]
    found = check(client, page["text"])
    assert [one for one in found["diagnostics"] if one["severity"] == "error"] == []
    assert found["values"] == []
    broken = mask_source(f"a: [\npassword: {SECRET}\n", "x", str)
    assert SECRET not in broken
    assert parse_document(page["text"].encode(), "x", Collector()) is not None


@pytest.mark.prepared
@pytest.mark.parametrize("kind", ["gevent", "threads"])
def test_it_works_under_a_real_server(kind: str, process: StartProcess, tmp_path: Path) -> None:
    """While a text is checked, the worker answers."""
    patches = "patches: [gevent]\n" if kind == "gevent" else ""
    steps = f"extensions: [{CONSOLE}, 'tests.runner_app:add_routes']\nserver: {{workers: 1}}\n"
    served = Served.start(process, tmp_path, patches + steps)
    url = f"{served.url}{ROOT}/api/playground"
    text = http_get(url, headers=BEARER).json()["text"]
    data = urlencode({"text": f"{text}nonsense: 1\n"}).encode()
    with ThreadPoolExecutor(1) as pool:
        checked = pool.submit(http_get, url, method="POST", data=data, headers=BEARER)
        answered = 0
        while not checked.done():
            assert served.get("/").status == 200
            answered += 1
    assert answered > 2
    assert "nonsense" in str(checked.result().json()["outcome"]["diagnostics"])
