"""What a profile may say of Celery's own settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from celery.app.backends import BACKEND_ALIASES
from celery.app.defaults import NAMESPACES, flatten
from kombu.transport import TRANSPORT_ALIASES

from assembler.steps.celery_code import CODE
from assembler.steps.celery_settings import ELSEWHERE, SETTINGS
from assembler.steps.celery_urls import BACKENDS, TRANSPORTS, find_scheme_fault
from assembler.steps.key_kinds import FLAG, INTEGER, SECONDS
from tests.support.projects import assemble_text, get_diagnostics

if TYPE_CHECKING:
    from pathlib import Path

KINDS = {"bool": FLAG, "int": INTEGER, "float": SECONDS}
# Celery takes more than it says: a mapping, a timedelta, infinity.
WIDER = {"broker_use_ssl", "cassandra_entry_ttl", "gcs_ttl", "result_backend_max_retries"}
WIDER |= {"result_expires", "worker_lost_wait", "beat_cron_starting_deadline"}


def test_the_settings_are_those_of_celery() -> None:
    """With their kinds; a name that Celery does not know would be in force for nothing."""
    known = dict(flatten(NAMESPACES))
    assert SETTINGS.keys() == known.keys()
    assert known.keys() | {"redis_backend_credential_provider"} >= CODE  # which it reads as well
    assert ELSEWHERE.keys() <= known.keys()
    for name, option in known.items():
        if name not in WIDER:
            assert SETTINGS[name] is KINDS.get(option.type), name


def test_the_transports_are_those_of_celery() -> None:
    """A list of ours: `lint` imports neither kombu nor Celery."""
    assert {*TRANSPORT_ALIASES} == TRANSPORTS
    assert {*BACKEND_ALIASES} == BACKENDS


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("broker_url", "amqp://guest:guest@localhost:5672//"),
        ("broker_url", "amqps://mq/shop;amqp://other"),
        ("broker_url", ["redis://a", "sentinel://b:26379"]),
        ("broker_url", "sqla+sqlite:///queue.db"),
        ("broker_url", "localhost:5672"),
        ("broker_url", None),
        ("result_backend", "rpc"),
        ("result_backend", "db+postgresql://db/results"),
        ("result_backend", "of-a-package://results"),
    ],
)
def test_a_url_that_celery_may_know_is_taken(name: str, url: object) -> None:
    """Of several, each; a host alone is AMQP's, and packages may bring backends."""
    assert find_scheme_fault(name, url) is None


@pytest.mark.parametrize(
    ("setting", "said", "hint"),
    [
        ("broker_url: 'ampq://mq:5672'", 'the transport "ampq"', "Did you mean 'amqp'?"),
        ("broker_url: 'http://mq:5672'", 'the transport "http"', "Use 'SLMQ', 'SQS'"),
        ("broker_url: 'amqp://mq:port/shop'", "no number from 0 to 65535", "Write the URL"),
        ("broker_url: 'redis://a;reddis://b'", 'the transport "reddis"', "Did you mean 'redis'?"),
        ("result_backend: 'reddis://b'", 'the transport "reddis"', "Did you mean 'redis'?"),
    ],
)
def test_a_url_that_celery_cannot_use_is_found_as_it_is_written(
    tmp_path: Path, setting: str, said: str, hint: str
) -> None:
    """Celery itself would say so when the first task is sent; the password is not shown."""
    text = f"extensions:\n  - use: celery\n    with:\n      {setting}\n"
    (found,) = get_diagnostics(tmp_path, text)
    assert (found.code, found.place.span.line) == ("ASM508", 6)
    assert said in found.message
    assert (found.hint or "").startswith(hint)


@pytest.mark.parametrize(
    ("settings", "said", "hint"),
    [
        ("task_acks_lat: true", 'unknown Celery setting "task_acks_lat"', "Did you mean"),
        ("broker_url: memory://", '"broker_url" is not allowed here', "Set `broker_url` of"),
        ("worker_pool: gevent", '"worker_pool" is not allowed here', "Set `worker.pool`."),
        ("task_acks_late: 'maybe'", "task_acks_late: expected true or false", "Write true or"),
        ("result_chord_expires: '12h'", "expected a number of seconds", "Write 43200."),
    ],
)
def test_a_setting_that_celery_would_ignore_or_misread_is_refused(
    tmp_path: Path, settings: str, said: str, hint: str
) -> None:
    """At its place, before Celery is imported."""
    text = f"extensions:\n  - use: celery\n    with:\n      settings: {{{settings}}}\n"
    (found,) = get_diagnostics(tmp_path, text)
    assert (found.code, found.place.span.line) == ("ASM508", 6)
    assert said in found.message
    assert (found.hint or "").startswith(hint)


@pytest.mark.parametrize(
    ("worker", "said"),
    [
        ("worker_send_task_event: true", 'unknown Celery setting "worker_send_task_event"'),
        ("task_acks_late: true", '"task_acks_late" is not a setting of a worker'),
        ("worker_concurrency: 4", '"worker_concurrency" is not allowed here'),
        ("worker_send_task_events: 'maybe'", "worker_send_task_events: expected true or false"),
    ],
)
def test_a_worker_s_setting_is_one_of_a_worker_s(tmp_path: Path, worker: str, said: str) -> None:
    """Whatever else Celery has belongs to the step, which every role reads."""
    text = f"role: worker\nworker:\n  with: {{{worker}}}\n"
    (found,) = get_diagnostics(tmp_path, text)
    assert (found.code, found.place.span.line, found.place.span.column) == ("ASM453", 5, 10)
    assert said in found.message


def test_a_string_from_the_environment_gets_the_type_of_its_setting(tmp_path: Path) -> None:
    """A quoted `${…}` is a string, and "false" would be true."""
    text = """\
extensions:
  - use: celery
    with:
      broker_url: memory://
      settings: {task_acks_late: "${LATE}", task_default_queue: "${QUEUE}"}
"""
    app = assemble_text(tmp_path, text, env={"LATE": "false", "QUEUE": "12"})
    conf = app.extensions["celery"].conf
    assert conf.task_acks_late is False
    assert conf.task_default_queue == "12"
