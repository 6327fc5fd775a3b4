"""Test who gets into the console."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from werkzeug.test import create_environ

from assembler.console.attempts import LIMIT_FAILURES
from assembler.console.credentials import name_session
from tests.console.support import ROOT, STEPS, TOKEN, build_app, open_console
from tests.support.edited import start_edited
from tests.support.processes import free_port, http_get, run_cli, wait_until
from tests.support.served import Served, ask_at, write_profile

if TYPE_CHECKING:
    from pathlib import Path

    from flask.testing import FlaskClient

    from tests.conftest import StartProcess

SESSION = re.compile("assembler_console_[0-9a-f]{12}=")
FORWARDED = {"X-Forwarded-For": "203.0.113.9"}
OPEN = "debug: true\nextensions: [console]\n"
LOGIN = """\
from flask import redirect, session


def is_admin(request):
    if "break" in request.args:
        raise ValueError("no database for hunter2")
    if "redirect" in request.args:
        return redirect("/login/guest")
    return session.get("user") == "admin"


def add_login(app):
    app.secret_key = "of the tests"

    @app.get("/login/<name>")
    def login(name):
        session["user"] = name
        return name

    @app.before_request
    def refuse():
        from flask import request
        if not request.path.startswith("/login"):
            return "log in first", 418
"""


def find_form(text: str) -> str:
    """Return what a form of the page carries against other sites."""
    found = re.search(r'name="form" value="([^"]+)"', text)
    assert found is not None
    return found[1]


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    """Return a client of an app whose console has `TOKEN`."""
    return build_app(tmp_path).test_client()


@pytest.mark.parametrize(
    "path", ["/", "/config", "/boot?id=1", "/no-such-page", "/api/openapi.json"]
)
def test_without_the_token_there_is_nothing(client: FlaskClient, path: str) -> None:
    """Not even whether there is such a page."""
    answer = client.get(ROOT + path)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_pages_are_only_read(client: FlaskClient, method: str) -> None:
    """Whoever asks."""
    answer = client.open(f"{ROOT}/config", method=method)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")


def test_a_token_in_a_header_is_for_programs(client: FlaskClient) -> None:
    """It leaves no cookie that lets anybody in."""
    answer = open_console(client, "/api/routes")
    assert answer.status_code == 200
    assert client.get(f"{ROOT}/api/routes").status_code == 401


def test_a_token_in_the_address_moves_into_a_cookie(client: FlaskClient) -> None:
    """The address that stays in the browser's history has none."""
    answer = client.get(f"{ROOT}/routes?token={TOKEN}&q=static")
    assert (answer.status_code, answer.location) == (303, f"{ROOT}/routes?q=static")
    (cookie,) = filter(SESSION.match, answer.headers.getlist("Set-Cookie"))
    assert TOKEN not in cookie
    assert {"HttpOnly", "SameSite=Strict", f"Path={ROOT}"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    assert client.get(f"{ROOT}/routes").status_code == 200


def test_a_token_in_the_address_of_no_page_moves_too(client: FlaskClient) -> None:
    """Whoever leaves out the slash gets in, and no path writes another header."""
    answer = client.get(f"{ROOT}?token={TOKEN}")
    assert (answer.status_code, answer.location) == (303, f"{ROOT}/")
    assert client.get(f"{ROOT}/").status_code == 200
    answer = client.get(f"{ROOT}/%0d%0aSet-Cookie:%20a=b?token={TOKEN}")
    assert (answer.status_code, answer.location) == (303, f"{ROOT}/%0D%0ASet-Cookie%3A%20a%3Db")


@pytest.mark.parametrize("path", ["", "/", "/assets/console.css", "/sign-in", "/nowhere"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_no_server_logs_a_token_in_the_address(client: FlaskClient, path: str, method: str) -> None:
    """Whatever the answer is: gunicorn's line about it is made of this afterwards."""
    environ = create_environ(f"{ROOT}{path}?token={TOKEN}", method=method)
    environ |= dict.fromkeys(("RAW_URI", "REQUEST_URI"), f"{ROOT}{path}?token={TOKEN}")
    b"".join(client.application(environ, lambda *_: print))
    shown = {name: environ[name] for name in ("QUERY_STRING", "RAW_URI", "REQUEST_URI")}
    assert TOKEN not in str(shown)
    assert environ["RAW_URI"] == f"{ROOT}{path}?token=***"


@pytest.mark.parametrize(
    "how", [{"base_url": "https://localhost"}, {"headers": {"X-Forwarded-Proto": "https"}}]
)
def test_on_tls_the_cookies_are_secure(client: FlaskClient, how: dict[str, str]) -> None:
    """Also behind a proxy that says so."""
    answer = client.get(f"{ROOT}/?token={TOKEN}", **how)
    assert all("Secure" in one for one in answer.headers.getlist("Set-Cookie"))


def test_a_form_signs_in_and_out(client: FlaskClient) -> None:
    """Without a script."""
    form = find_form(client.get(f"{ROOT}/").text)
    answer = client.post(f"{ROOT}/sign-in", data={"token": TOKEN, "form": form})
    assert (answer.status_code, answer.location) == (303, f"{ROOT}/")
    form = find_form(client.get(f"{ROOT}/").text)
    assert client.post(f"{ROOT}/sign-out", data={"form": form}).status_code == 303
    assert client.get(f"{ROOT}/").status_code == 401


@pytest.mark.parametrize("page", ["/sign-in", "/sign-out"])
def test_no_other_site_sends_a_form(client: FlaskClient, page: str) -> None:
    """Neither without what the page carries, nor with it from elsewhere."""
    form = find_form(client.get(f"{ROOT}/").text)
    data = {"token": TOKEN, "form": form}
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    answers = [
        client.post(ROOT + page, data={"token": TOKEN}),
        client.post(ROOT + page, data={**data, "form": "guessed"}),
        client.post(ROOT + page, data=data, headers=elsewhere),
        client.application.test_client().post(ROOT + page, data=data),
    ]
    assert [one.status_code for one in answers] == [403] * 4
    assert not any(
        SESSION.match(one) for two in answers for one in two.headers.getlist("Set-Cookie")
    )


@pytest.mark.parametrize(
    "cookie", ["", "x", "9999999999.x", "99999999999999999999.é", ".", f"1.{'0' * 64}"]
)
def test_a_cookie_of_ones_own_lets_nobody_in(client: FlaskClient, cookie: str) -> None:
    """Nor one that is too long for a number."""
    client.set_cookie(name_session("localhost", TOKEN), cookie, path=ROOT)
    assert client.get(f"{ROOT}/").status_code == 401


def test_a_cookie_of_another_token_lets_nobody_in(tmp_path: Path) -> None:
    """A new token ends what was made with the old one."""
    old = build_app(tmp_path).test_client()
    cookie = old.get(f"{ROOT}/?token={TOKEN}").headers["Set-Cookie"].partition(";")[0]
    steps = f"extensions: [{{use: console, with: {{token: {TOKEN}-new}}}}]\n"
    client = build_app(tmp_path, steps).test_client()
    assert client.get(f"{ROOT}/", headers={"Cookie": cookie}).status_code == 401


def test_each_console_of_a_host_has_a_cookie_of_its_own(tmp_path: Path) -> None:
    """By the port that is asked, and by the token where a proxy leaves that out."""
    tokens = (TOKEN, f"{TOKEN}-new")
    steps = f"extensions: [{{use: console, with: {{token: {tokens[1]}}}}}]\n"
    names = set()
    for text, token in ((STEPS, TOKEN), (steps, tokens[1])):
        client = build_app(tmp_path, text).test_client()
        for address in ("http://ops", "http://ops:8001"):
            answer = client.get(f"{ROOT}/?token={token}", base_url=address)
            (cookie,) = filter(SESSION.match, answer.headers.getlist("Set-Cookie"))
            names.add(cookie.partition("=")[0])
            headers = {"Cookie": cookie.partition(";")[0]}
            assert client.get(f"{ROOT}/", base_url=address, headers=headers).status_code == 200
    assert len(names) == 4


def test_who_fails_too_often_has_to_wait(client: FlaskClient) -> None:
    """The right token too, but not somebody else, nor who is in already."""
    inside = client.application.test_client()
    inside.get(f"{ROOT}/?token={TOKEN}")
    for number in range(LIMIT_FAILURES):
        assert open_console(client, "/", f"wrong-{number}").status_code == 401
    answers = [
        open_console(client),
        client.get(f"{ROOT}/?token={TOKEN}"),
        client.post(
            f"{ROOT}/sign-in",
            data={"token": TOKEN, "form": find_form(client.get(f"{ROOT}/").text)},
        ),
    ]
    assert [one.status_code for one in answers] == [429] * 3
    assert all(0 < int(one.headers["Retry-After"]) <= 60 for one in answers)
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    answer = client.get(
        f"{ROOT}/", headers={"Authorization": f"Bearer {TOKEN}"}, environ_overrides=elsewhere
    )
    assert answer.status_code == 200
    assert inside.get(f"{ROOT}/").status_code == 200


def test_what_every_answer_carries(client: FlaskClient) -> None:
    """A page, data, a file, a fault."""
    client.get(f"{ROOT}/?token={TOKEN}")
    for path in ("/", "/api/now", "/assets/console.css", "/nowhere", ""):
        headers = client.get(ROOT + path).headers
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; ")
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"


def test_in_debug_it_is_open_on_this_machine(tmp_path: Path) -> None:
    """By the connection's own address, for this machine's name, and not through a proxy."""
    client = build_app(tmp_path, OPEN).test_client()
    assert client.get(f"{ROOT}/").status_code == 200
    assert client.get(f"{ROOT}/", headers=FORWARDED).status_code == 403
    assert client.get(f"{ROOT}/", headers={"Host": "evil.example"}).status_code == 403
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    assert client.get(f"{ROOT}/", environ_overrides=elsewhere).status_code == 403


def test_in_debug_a_token_of_the_profile_counts(tmp_path: Path) -> None:
    """Whoever sets one wants it."""
    text = f"debug: true\nextensions: [{{use: console, with: {{token: {TOKEN}}}}}]\n"
    assert build_app(tmp_path, text).test_client().get(f"{ROOT}/").status_code == 401


def test_without_anything_that_opens_it_it_is_closed(tmp_path: Path) -> None:
    """Under a server that is not ours no token is made; the report says what is missing."""
    app = build_app(tmp_path, "extensions: [console]\n")
    answer = app.test_client().get(f"{ROOT}/")
    assert answer.status_code == 403
    assert "neither" in answer.text
    assert "nobody can open the console" in app.extensions["assembler"].notes[0]


@pytest.mark.parametrize(
    ("token", "said"),
    [
        ("pass-word", "it is too short: expected 16 bytes or more, got 9"),
        ("change-me-please-token", "it is a known default"),
        ("/run/secrets/console_token", "it is a path, not what the file holds"),
    ],
)
def test_a_weak_token_is_refused(tmp_path: Path, token: str, said: str) -> None:
    """A person would guess it."""
    write = f"extensions: [{{use: console, with: {{token: {token}}}}}]\n"
    (tmp_path / "web.yaml").write_text(f"version: 1\napp: {{with: {{import_name: a}}}}\n{write}")
    done = run_cli(["-m", "assembler", "flask", "web.yaml", "routes"], tmp_path)
    assert done.returncode == 1
    assert f"the token is refused: {said}" in done.stderr
    assert "hint: " in done.stderr
    assert token not in done.stderr


def test_the_apps_own_login_decides(tmp_path: Path) -> None:
    """It finds the session, and no hook of the app's stands before it."""
    text = (
        "extensions: ['own_login:add_login', "
        '{use: console, with: {authorize: {$import: "own_login:is_admin"}}}]\n'
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(tmp_path))
        app = build_app(tmp_path, text, {"own_login.py": LOGIN})
    client = app.test_client()
    assert client.get(f"{ROOT}/").status_code == 403
    assert client.get(f"{ROOT}/?redirect=1").status_code == 403
    client.get("/login/guest")
    assert client.get(f"{ROOT}/api/now").status_code == 403
    client.get("/login/admin")
    assert client.get(f"{ROOT}/").status_code == 200
    assert client.get(f"{ROOT}/?break=1").status_code == 403
    assert client.get("/").status_code == 418


KINDS = {
    "gunicorn": "server: {workers: 2}\n",
    "gevent": "patches: [gevent]\nserver: {use: gevent, with: {log: true}}\n",
    "werkzeug": "server: {use: werkzeug}\n",
}


@pytest.mark.parametrize("kind", [*KINDS])
def test_a_server_makes_a_token_and_prints_the_address_once(
    kind: str, process: StartProcess, tmp_path: Path
) -> None:
    """All its workers know it, and no other line of its has it."""
    text = f"extensions: [console, 'tests.runner_app:add_routes']\n{KINDS[kind]}"
    served = Served.start(process, tmp_path, text)
    (address,) = wait_until(
        lambda: re.findall(r"^console: (\S+)$", served.process.stderr, re.MULTILINE), "the address"
    )
    token = address.partition("?token=")[2]
    assert address == f"{served.url}{ROOT}/?token={token}"
    assert len(token) == 48
    bearer = {"Authorization": f"Bearer {token}"}
    assert [http_get(f"{served.url}{ROOT}/api/now", headers=bearer).status for _ in range(6)] == [
        200
    ] * 6
    assert http_get(f"{served.url}{ROOT}/").status == 401
    assert http_get(f"{served.url}{ROOT}/?token=not-the-token-{token}").status == 401
    assert http_get(address).status == 401  # the cookie is not kept here, so that it is asked again
    served.process.terminate()
    assert served.process.output.count(token) == 1


@pytest.mark.parametrize("kind", ["gunicorn", "werkzeug"])
def test_of_several_addresses_each_is_printed(
    kind: str, process: StartProcess, tmp_path: Path
) -> None:
    """With one token; through which of them somebody comes is not the server's to know."""
    write_profile(tmp_path, f"extensions: [console]\n{KINDS[kind]}")
    binds = ["--bind", "127.0.0.1:0", "--bind", "127.0.0.1:0", "--bind", "unix:web.sock"]
    started = process(["-m", "assembler", "run", "profile.yaml", *binds], tmp_path)
    found = wait_until(
        lambda: (
            (all_of := re.findall(r"^console: (\S+)\?token=(\S+)$", started.stderr, re.MULTILINE))[
                2:
            ]
            and all_of
        ),
        "the addresses",
    )
    *ports, (place, token) = found
    assert place.endswith(f"web.sock{ROOT}/")
    assert len({address for address, _ in ports}) == 2
    for address, own in ports:
        assert own == token
        assert http_get(address, headers={"Authorization": f"Bearer {token}"}).status == 200
    assert ask_at(tmp_path / "web.sock", f"{ROOT}/?token={token}") == 303


@pytest.mark.parametrize("kind", ["gunicorn", "werkzeug"])
def test_in_debug_a_socket_s_address_has_the_token(
    kind: str, process: StartProcess, tmp_path: Path
) -> None:
    """Through it nobody is known to be on this machine, so that there is no other way in."""
    text = f"debug: true\nextensions: [console]\n{KINDS[kind]}"
    write_profile(tmp_path, text)
    run = ["-m", "assembler", "run", "profile.yaml", "--bind", "unix:web.sock", "--no-reload"]
    started = process(run, tmp_path)
    (address,) = wait_until(
        lambda: re.findall(r"^console: (\S+)$", started.stderr, re.MULTILINE), "the address"
    )
    what = address.partition("web.sock")[2]
    assert what.startswith(f"{ROOT}/?token=")
    assert ask_at(tmp_path / "web.sock", f"{ROOT}/") == 401
    assert ask_at(tmp_path / "web.sock", what) == 303


def test_a_public_address_is_refused(process: StartProcess, tmp_path: Path) -> None:
    """Before anything is assembled, at the step; with a token it is served."""
    text = "extensions:\n  - console\n  - tests.runner_app:add_routes\n"
    served = Served.start_unready(process, tmp_path, text, ["--bind", "0.0.0.0:0"])
    assert served.process.wait() == 1
    assert "profile.yaml:4:5: error[ASM709]" in served.process.stderr
    assert "event" not in served.process.stderr
    text = text.replace("console", "{use: console, with: {token: '${CONSOLE_TOKEN}'}}")
    served = Served.start(
        process, tmp_path, text, ["--bind", "0.0.0.0:0"], {"CONSOLE_TOKEN": TOKEN}
    )
    assert served.get(f"{ROOT}/").status == 401
    assert TOKEN not in served.process.output


def test_at_the_management_address_only(process: StartProcess, tmp_path: Path) -> None:
    """Where the server has one, and the address that is printed is that."""
    port = free_port()
    text = (
        "extensions: [console, 'tests.runner_app:add_routes']\n"
        f"server: {{management_bind: '127.0.0.1:{port}'}}\n"
    )
    served = Served.start(process, tmp_path, text, ["--bind", "0.0.0.0:0"])
    assert served.get(f"{ROOT}/").status == 404
    (address,) = wait_until(
        lambda: re.findall(r"^console: (\S+)$", served.process.stderr, re.MULTILINE), "the address"
    )
    assert address.startswith(f"http://127.0.0.1:{port}{ROOT}/?token=")
    answer = http_get(
        f"http://127.0.0.1:{port}{ROOT}/api/routes",
        headers={"Authorization": f"Bearer {address.partition('=')[2]}"},
    )
    assert answer.status == 200
    assert not any(one["rule"].startswith(ROOT) for one in answer.json()["routes"])


def test_a_console_that_a_reload_adds_is_told_once(
    process: StartProcess, tmp_path: Path, runtime_folder: Path
) -> None:
    """With the token of the server's start, which opens it; further reloads say nothing."""
    edited = start_edited(process, tmp_path, runtime_folder, "[]", "workers: 1")
    running = edited.served.process
    assert "console: " not in running.output
    edited.edit("two", "console")
    edited.change("reload")
    address = running.wait_for_line(r"^console: (\S+)$")[1]
    assert address.startswith(f"{edited.served.url}{ROOT}/?token=")
    bearer = {"Authorization": f"Bearer {address.partition('=')[2]}"}
    assert http_get(f"{edited.served.url}{ROOT}/api/now", headers=bearer).status == 200
    edited.edit("three", "console")
    edited.change("reload")
    running.terminate()
    assert len(re.findall(r"^console: ", running.output, re.MULTILINE)) == 1
