"""The catalogue step `login`."""

from __future__ import annotations

from http.cookies import SimpleCookie
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from flask_login import LoginManager, current_user, login_required

from tests.support.processes import http_get, wait_until
from tests.support.projects import assemble_text, get_diagnostics, write_files
from tests.support.served import Served
from tests.support.step_context import StepBench, apply_step

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import StartProcess

# What a project has: users, who logs in, and a page for them.
USERS = """
import os
from flask import Blueprint, request
from flask_login import LoginManager, UserMixin, current_user, login_required, login_user

manager = LoginManager()
wrong = object()
page = Blueprint("users", __name__)

class User(UserMixin):
    def __init__(self, id):
        self.id = id

def load_user(id):
    return User(id) if id in {"ada", "grace"} else None

def load_by_token(request):
    return load_user(request.headers.get("X-Token"))

def refuse():
    return "no", 418

@page.get("/login/<id>")
def login(id):
    login_user(load_user(id), remember="remember" in request.args)
    return str(os.getpid())

@page.get("/me")
@login_required
def me():
    return f"{current_user.id} {os.getpid()}"
"""
EXTENSIONS = """config:
  - use: values
    with: {SECRET_KEY: 5791628bb0b13ce0c676dfde280ba245}
extensions:
  - use: login
    with:
      user_loader: {$import: "users:load_user"}
"""
PAGE = "  - users:page\n"


@pytest.fixture
def context(tmp_path: Path) -> StepBench:
    """Return the context of a step on an app with a page for users."""
    app = Flask(__name__)
    app.secret_key = "k"  # noqa: S105 - of a test
    app.add_url_rule("/me", "me", login_required(lambda: str(current_user.get_id())))
    app.add_url_rule("/login", "login", lambda: "login")
    return StepBench(app, tmp_path)


@pytest.mark.parametrize("worker_class", ["gthread", "gevent"])
def test_who_logged_in_is_known_to_every_worker(
    process: StartProcess, tmp_path: Path, worker_class: str
) -> None:
    """The session is the client's, and each worker loads the user."""
    write_files(tmp_path, {"users.py": USERS})
    patches = "patches: [gevent]\n" if worker_class == "gevent" else ""
    settings = "" if patches else ", with: {threads: 2}"
    text = f"{EXTENSIONS}{PAGE}  - tests.runner_app:add_routes\n{patches}"
    server = f"server: {{use: gunicorn, workers: 2{settings}}}\n"
    served = Served.start(process, tmp_path, text + server)
    answer = served.get("/login/ada")
    cookie = SimpleCookie(answer.headers["set-cookie"])["session"].value
    seen: set[str] = set()

    def ask() -> bool:
        answer = http_get(served.url + "/me", headers={"Cookie": f"session={cookie}"})
        name, pid = answer.text.split()
        assert name == "ada"
        seen.add(pid)
        return len(seen) == 2

    assert served.get("/me").status == 401
    wait_until(ask, "an answer of both workers")


def test_the_project_s_own_manager_is_taken(tmp_path: Path) -> None:
    """What its modules say to it holds, and anything else is refused."""
    text = EXTENSIONS + '      manager: {$import: "users:manager"}\n' + PAGE
    app = assemble_text(tmp_path, text, {"users.py": USERS})
    manager = app.extensions["login"]
    assert isinstance(manager, LoginManager)
    assert vars(app)["login_manager"] is manager

    client = app.test_client()
    assert client.get("/me").status_code == 401
    client.get("/login/grace")
    assert client.get("/me").text.startswith("grace ")

    (found,) = get_diagnostics(
        tmp_path, text.replace("users:manager", "users:wrong"), {"users.py": USERS}
    )
    assert "expected an instance of flask_login.LoginManager, got object" in found.message
    assert found.place.span.line == 10


def test_each_app_has_a_manager_of_its_own(tmp_path: Path) -> None:
    """And `$step` is it, so that a step can say more to it."""
    text = f"{EXTENSIONS}  - use: attributes\n    with: {{kept: {{$step: login}}}}\n"
    first, second = (assemble_text(tmp_path, text, {"users.py": USERS}) for _ in range(2))

    assert vars(first)["kept"] is first.extensions["login"]
    assert first.extensions["login"] is not second.extensions["login"]


def test_a_request_may_bring_its_user(tmp_path: Path) -> None:
    """Without a session; whoever brings none is answered by the project."""
    text = EXTENSIONS.replace("user_loader", "request_loader").replace("load_user", "load_by_token")
    text += '      unauthorized_handler: {$import: "users:refuse"}\n' + PAGE
    client = assemble_text(tmp_path, text, {"users.py": USERS}).test_client()

    assert client.get("/me", headers={"X-Token": "ada"}).text.startswith("ada ")
    assert client.get("/me", headers={"X-Token": "eve"}).status_code == 418


def test_whoever_is_not_logged_in_is_sent_to_the_view(context: StepBench) -> None:
    """With the message that the profile has."""
    apply_step(
        context, "login", user_loader=str, login_view="login", login_message="Who?",
        login_message_category="info",
    )  # fmt: skip
    context.finish()
    client = context.app.test_client()
    answer = client.get("/me")

    assert answer.status_code == 302
    assert answer.location == "/login?next=%2Fme"
    with client.session_transaction() as session:
        assert session["_flashes"] == [("info", "Who?")]
    assert context.partial == []


@pytest.mark.parametrize(("protection", "is_kept"), [("strong", False), ("off", True)])
def test_a_stolen_session_is_what_the_profile_says(
    context: StepBench, protection: str, *, is_kept: bool
) -> None:
    """Over what the config has."""
    context.app.config["SESSION_PROTECTION"] = "basic"
    apply_step(context, "login", user_loader=_find_user, session_protection=protection)
    client = context.app.test_client()
    with client.session_transaction() as session:
        session.update(_user_id="ada", _id="of another browser", _fresh=True)

    assert (client.get("/me").status_code == 200) is is_kept


def _find_user(name: str) -> object:
    from flask_login import UserMixin  # noqa: PLC0415 - has no types

    user = UserMixin()
    user.id = name
    return user


def test_what_only_a_request_would_show_is_told(context: StepBench) -> None:
    """Nobody who knows users, and a view that is not there."""
    apply_step(context, "login", login_view="logni", blueprint_login_views={"a": "https://id"})
    context.finish()

    assert context.partial == [
        "nothing says who a user is: give `user_loader` or `request_loader`",
        "no view has the endpoint 'logni'. Did you mean 'login'?",
    ]


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("user_loader: users.load", 'expected a callable, as {$import: "module:attribute"}'),
        ("session_protection: strict", "'basic', 'strong' or 'off'"),
        ("manager: users", "expected an object"),
    ],
)
def test_wrong_options_are_refused(tmp_path: Path, option: str, said: str) -> None:
    """Where they are."""
    (found,) = get_diagnostics(
        tmp_path, f"extensions:\n  - use: login\n    with: {{{option}}}\n", {"users.py": USERS}
    )
    assert said in found.message
    assert found.place.span.line == 5
