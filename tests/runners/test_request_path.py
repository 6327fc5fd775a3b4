"""Nothing of ours stands between a server and the app."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flask
import pytest

from assembler import create_app
from tests.runner_app import add_routes
from tests.support.processes import free_port
from tests.support.served import STRICT, Served, write_profile

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import StartProcess

HOOKS = (
    "before_request_funcs",
    "after_request_funcs",
    "teardown_request_funcs",
    "teardown_appcontext_funcs",
    "url_value_preprocessors",
    "url_default_functions",
    "template_context_processors",
    "error_handler_spec",
)
COMMANDS = {
    "run": "-m assembler run profile.yaml --bind 127.0.0.1:{port}",
    "run with gevent": "-m assembler run gevent.yaml --bind 127.0.0.1:{port}",
    "gunicorn": "-m gunicorn -k gevent --bind 127.0.0.1:{port} assembler.wsgi:app",
}


def test_the_app_has_no_hook_and_no_wrapper_of_ours(tmp_path: Path) -> None:
    """It is what a hand-written factory makes."""
    by_hand = flask.Flask("tests.runner_app")
    add_routes(by_hand)

    app = create_app(write_profile(tmp_path, "patches: []"), patches="assume")

    assert type(app) is flask.Flask
    assert app.wsgi_app.__func__ is flask.Flask.wsgi_app  # type: ignore[attr-defined]
    for hooks in HOOKS:
        assert getattr(app, hooks) == getattr(by_hand, hooks), hooks
    assert type(app.json) is type(by_hand.json)
    assert type(app.session_interface) is type(by_hand.session_interface)
    assert (app.request_class, app.response_class) == (flask.Request, flask.Response)


@pytest.mark.parametrize("runner", COMMANDS)
def test_no_frame_of_ours_is_on_the_stack_of_a_request(
    runner: str, process: StartProcess, tmp_path: Path
) -> None:
    """The server's own code calls Flask's."""
    file = write_profile(tmp_path, "patches: [gevent]")
    (tmp_path / "gevent.yaml").write_text(f"{file.read_text()}server: {{use: gevent}}\n")
    port = free_port()
    command = [*STRICT, *COMMANDS[runner].format(port=port).split()]
    env = {"ASSEMBLER_PROFILE": "profile.yaml"}
    served = Served.start_command(process, tmp_path, command, port, env)
    served.process.wait_for_http(served.url + "/", status=200)

    modules = served.get("/stack").json()

    assert "flask.app" in modules
    assert [module for module in modules if module.startswith("assembler")] == []
