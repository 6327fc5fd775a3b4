"""The catalogue step `celery`; its workers are tested in `tests/entry/test_celery.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from celery import Celery
from celery.schedules import crontab

from tests.support.projects import assemble_text, get_diagnostics

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.redis import RedisServer

STEP = "extensions:\n  - use: celery\n    with:\n"
MEMORY = "      broker_url: memory://\n"
PROJECT = {
    "own.py": "from celery import Celery\napp = Celery('own')\nwrong = object()\nclass Notes: ...\n"
}


def test_options_are_celery_s_settings(tmp_path: Path) -> None:
    """A route may be the name of its queue alone."""
    text = f"""{STEP}{MEMORY}      result_backend: cache+memory://
      task_routes: {{mail.*: mail, other: {{queue: slow, priority: 3}}}}
      beat_schedule:
        often: {{task: a, every_seconds: 30, kwargs: {{key: 1}}}}
        nightly: {{task: b, crontab: "0  3 * * mon", args: [1], options: {{expires: 9}}}}
"""
    app = assemble_text(tmp_path, text)
    celery = app.extensions["celery"]
    assert isinstance(celery, Celery)
    assert (celery.conf.broker_url, celery.conf.result_backend) == ("memory://", "cache+memory://")
    assert celery.conf.task_routes == {
        "mail.*": {"queue": "mail"},
        "other": {"queue": "slow", "priority": 3},
    }
    nightly = celery.conf.beat_schedule["nightly"]
    assert nightly["schedule"] == crontab(minute="0", hour="3", day_of_week="mon")
    assert (nightly["args"], nightly["options"]) == ((1,), {"expires": 9})
    assert celery.conf.beat_schedule["often"]["schedule"] == 30


def test_what_is_left_out_comes_from_the_config(tmp_path: Path) -> None:
    """From Flask's mapping, else from the keys in capitals; the step wins."""
    config = (
        "config: [{use: values, with: {CELERY: {task_ignore_result: true, broker_url: 'x://'}}}]\n"
    )
    celery = assemble_text(tmp_path, f"{config}{STEP}{MEMORY}").extensions["celery"]
    assert (celery.conf.task_ignore_result, celery.conf.broker_url) == (True, "memory://")

    config = "config: [{use: values, with: {CELERY_BROKER_URL: 'memory://other'}}]\n"
    celery = assemble_text(tmp_path, f"{config}extensions: [celery]\n").extensions["celery"]
    assert celery.conf.broker_url == "memory://other"


def test_the_project_s_own_instance_is_taken(tmp_path: Path) -> None:
    """Whatever else is refused."""
    text = f"{STEP}{MEMORY}      app: {{$import: 'own:app'}}\n"
    app = assemble_text(tmp_path, text, PROJECT)
    assert app.extensions["celery"].main == "own"

    (found,) = get_diagnostics(tmp_path, text.replace("own:app", "own:wrong"), PROJECT)
    assert "expected an instance of celery.Celery, got object" in found.message
    assert found.place.span.line == 7


def test_a_broker_is_needed(tmp_path: Path) -> None:
    """Celery's own default is a RabbitMQ on this machine, which nobody meant."""
    (found,) = get_diagnostics(tmp_path, "extensions: [celery]\n")
    assert (found.code, found.message) == ("ASM604", "no broker is configured")


def test_what_celery_prefers_to_the_profile_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It reads the environment itself."""
    monkeypatch.setenv("CELERY_BROKER_URL", "memory://elsewhere")
    (found,) = get_diagnostics(tmp_path, f"{STEP}{MEMORY}")
    assert found.message == (
        "broker_url is not in force: Celery prefers the environment variable CELERY_BROKER_URL"
    )


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("{task: a}", "expected one of `every_seconds`, `crontab` and `schedule`"),
        ("{task: a, every_seconds: 1, crontab: '* * * * *'}", "expected one of"),
        ("{task: a, crontab: '61 * * * *'}", 'the minute is 0 to 59, "*", a range'),
        ("{task: a, crontab: '* * *'}", "expected five fields"),
    ],
)
def test_an_entry_of_the_schedule_says_when(tmp_path: Path, entry: str, said: str) -> None:
    """Once, and as Celery reads it."""
    found = get_diagnostics(tmp_path, f"{STEP}{MEMORY}      beat_schedule: {{one: {entry}}}\n")
    assert said in found[0].message
    assert found[0].place.span.line == 7


def test_readiness_asks_for_the_broker(tmp_path: Path, redis_server: RedisServer) -> None:
    """It says no while the broker is away."""
    text = f"{STEP}      broker_url: {redis_server.url}\n  - health\n"
    client = assemble_text(tmp_path, text).test_client()
    assert '"celery":{"ok":true}' in client.get("/health/ready").text.replace(" ", "")

    redis_server.stop()
    client = assemble_text(tmp_path, text).test_client()
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert '"celery":{"ok":false}' in answer.text.replace(" ", "")


@pytest.mark.parametrize(
    "option",
    [
        "broker_url: 'antigravity.Sky://'",
        "result_backend: 'antigravity:Sky'",
        "broker_url: 'redis://a;x.y://'",
        "broker_url: 'redis://a/0?credential%5Fprovider=antigravity.Sky'",
        "result_backend: 'rediss://a/0?db=1&credential_provider=antigravity:Sky'",
    ],
)
def test_a_url_that_names_code_is_refused(tmp_path: Path, option: str) -> None:
    """Celery would import what stands in the place of a transport, past the allow list."""
    text = f"{STEP}      {option}\n"
    found = get_diagnostics(tmp_path, text)
    assert (found[0].code, found[0].place.span.line) == ("ASM701", 6)
    url = option.partition(" ")[2].strip("'")
    key = "CELERY_BROKER_URL" if option.startswith("broker") else "CELERY_RESULT_BACKEND"
    rest = "" if option.startswith("broker") else ", CELERY_BROKER_URL: 'memory://'"
    config = f"config: [{{use: values, with: {{{key}: '{url}'{rest}}}}}]\nextensions: [celery]\n"
    assert get_diagnostics(tmp_path, config)[0].code == "ASM701"


POLICY = {"pyproject.toml": '[tool.assembler]\nallow = ["own"]\n'}


@pytest.mark.parametrize(
    "settings",
    [
        "task_annotations: ['antigravity:Sky']",
        "task_routes: 'antigravity:Sky'",
        "task_routes: [{a: b}, 'antigravity:Sky']",
        "database_engine_callback: 'antigravity:Sky'",
        "redis_backend_credential_provider: 'antigravity:Sky'",
        "result_backend_transport_options: {additional_connection_errors: ['antigravity:Sky']}",
    ],
)
def test_code_that_the_policy_does_not_allow_is_refused(tmp_path: Path, settings: str) -> None:
    """In every role that uses it, and in the config's mapping as well."""
    config = f"config: [{{use: values, with: {{CELERY: {{{settings}}}}}}}]\n"
    (found,) = get_diagnostics(tmp_path, f"{config}{STEP}{MEMORY}", POLICY)
    assert found.code == "ASM701"
    assert "antigravity" in found.message


def test_code_that_the_policy_allows_is_taken(tmp_path: Path) -> None:
    """Celery's own needs no place on the list, and a worker's is for a worker to import."""
    text = f"""{STEP}{MEMORY}      settings:
        task_annotations: ['own:Notes']
        worker_autoscaler: antigravity:Sky
        beat_scheduler: celery.beat:PersistentScheduler
"""
    conf = assemble_text(tmp_path, text, {**POLICY, **PROJECT}).extensions["celery"].conf
    assert [one.__name__ for one in conf.task_annotations] == ["Notes"]
    assert conf.worker_autoscaler == "antigravity:Sky"


def test_files_of_celery_s_are_named_on_its_command_line(tmp_path: Path) -> None:
    """Where the operator says them, and not the profile."""
    text = f"{STEP}{MEMORY}      settings: {{worker_state_db: /etc/passwd}}\n"
    (found,) = get_diagnostics(tmp_path, text)
    assert found.hint == "Set `--statedb` of the command line."
