"""The catalogue step `logging`."""

from __future__ import annotations

import json
import logging
import re
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask
from pydantic import ValidationError

from assembler.diagnostics import codes
from assembler.diagnostics.faults import StepFault
from assembler.report import Boot
from assembler.steps.catalog.logging import LoggingOptions
from tests.support.processes import free_port, http_get, run_cli
from tests.support.served import Served
from tests.support.step_context import StepBench, apply_step

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import StartProcess

LOGGED = """
extensions:
  - {use: logging, with: {format: json}}
  - {use: request_id, with: {trust: true}}
  - tests.runner_app:add_routes
server: {workers: 2, with: {accesslog: "-"}}
"""
SERVED = """
from pathlib import Path
from flask import Flask, request
from tests.support.step_context import StepBench, apply_step

app = Flask(__name__)
apply_step(StepBench(app, Path.cwd()), "logging", format="json")

@app.get("/")
def index():
    app.logger.info("said by the app")
    return "served"
"""


@pytest.fixture
def context(tmp_path: Path) -> Iterator[StepBench]:
    """Return the context of a step, and put the process's loggers back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield StepBench(Flask("shop_logged", root_path=str(tmp_path)), tmp_path)
    root.handlers[:], root.level = handlers, level
    logging.getLogger("shop_logged").handlers.clear()
    logging.getLogger("noisy").setLevel(logging.NOTSET)


def read_lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Return the lines written to standard error since the last look."""
    return capsys.readouterr().err.splitlines()


def test_a_line_says_when_how_bad_who_and_what(
    context: StepBench, capsys: pytest.CaptureFixture[str]
) -> None:
    """Text is the default, from INFO on."""
    apply_step(context, "logging", timezone="UTC")

    context.app.logger.info("open at %s", "nine")
    context.app.logger.debug("too fine")

    (line,) = read_lines(capsys)
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00 INFO shop_logged: open at nine", line
    )


def test_json_is_one_object_a_line_exceptions_too(
    context: StepBench, capsys: pytest.CaptureFixture[str]
) -> None:
    """A collector reads each line by itself."""
    apply_step(context, "logging", format="json", level="debug")

    try:
        raise KeyError("till")  # noqa: TRY301 - what a handler logs
    except KeyError:
        context.app.logger.exception("no change", extra={"till": 3})

    (line,) = read_lines(capsys)
    record = json.loads(line)
    assert (record["level"], record["logger"]) == ("ERROR", "shop_logged")
    assert (record["message"], record["till"]) == ("no change", 3)
    assert "KeyError: 'till'" in record["exc_info"]
    assert "time" in record


def test_every_logger_can_have_its_level(
    context: StepBench, capsys: pytest.CaptureFixture[str]
) -> None:
    """One that talks too much is turned down, in any case of the word."""
    apply_step(context, "logging", level="DEBUG", loggers={"noisy": "error"}, pattern="%(message)s")

    logging.getLogger("noisy").warning("not this")
    logging.getLogger("noisy").error("this")
    logging.getLogger("quiet").debug("and this")

    assert read_lines(capsys) == ["this", "and this"]


def test_the_handler_of_an_earlier_app_is_closed(
    context: StepBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it holds is given back now, and not when the process ends."""
    apply_step(context, "logging")
    (old,) = (one for one in logging.getLogger().handlers if one.name == "assembler")
    closed: list[bool] = []
    monkeypatch.setattr(old, "close", lambda: closed.append(True))

    apply_step(context, "logging")

    assert old not in logging.getLogger().handlers
    assert closed == [True]


def test_any_number_of_apps_in_a_process_log_each_line_once(
    context: StepBench, capsys: pytest.CaptureFixture[str]
) -> None:
    """The last that says how is in force, also where the app's logger was in use before."""
    for number in range(3):
        bench = StepBench(Flask("shop_logged", root_path=str(context.root)), context.root)
        bench.app.logger.warning("early")
        apply_step(bench, "logging", pattern=f"{number} %(message)s")
    capsys.readouterr()

    context.app.logger.info("once")

    assert read_lines(capsys) == ["2 once"]


def test_handler_of_an_earlier_app_is_closed(
    context: StepBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next app's takes its place."""
    known = set(logging.getLogger().handlers)
    apply_step(context, "logging")
    (ours,) = set(logging.getLogger().handlers) - known
    closed = []
    monkeypatch.setattr(ours, "close", lambda: closed.append(ours))

    apply_step(context, "logging")

    assert closed == [ours]
    assert ours not in logging.getLogger().handlers


def test_an_app_that_logged_before_the_step_logs_once_after_it(tmp_path: Path) -> None:
    """Flask gives its logger a handler when nobody else listens: it goes when ours comes."""
    program = (
        "from pathlib import Path; from flask import Flask\n"
        "from tests.support.step_context import StepBench, apply_step\n"
        "app = Flask('shop_logged', root_path='.'); app.logger.warning('early')\n"
        "apply_step(StepBench(app, Path.cwd()), 'logging', pattern='%(message)s')\n"
        "app.logger.warning('late')"
    )

    lines = run_cli(["-c", program], tmp_path).stderr.splitlines()

    assert lines[0].endswith("early")
    assert lines[1:] == ["late"]


def test_handlers_of_others_are_left_alone(
    context: StepBench, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    """What the server or the project writes to a file still gets there."""
    theirs = logging.FileHandler(tmp_path / "theirs.log")
    server = logging.getLogger("some.server")
    server.addHandler(theirs)
    server.propagate = False
    early = logging.getLogger("made.before")

    apply_step(context, "logging")
    server.warning("still written")
    early.warning("still heard")
    theirs.close()
    server.removeHandler(theirs)

    assert (tmp_path / "theirs.log").read_text() == "still written\n"
    assert [record.message for record in caplog.records] == ["still heard"]


@pytest.mark.parametrize(
    ("zone", "offset"), [("Asia/Kathmandu", "+05:45"), ("utc", "+00:00"), ("Asia/Tokyo", "+09:00")]
)
def test_times_are_in_the_zone_named(
    context: StepBench, capsys: pytest.CaptureFixture[str], zone: str, offset: str
) -> None:
    """The offset is written, so that a line can be read anywhere."""
    apply_step(context, "logging", timezone=zone, pattern="%(asctime)s")

    context.app.logger.info("now")

    assert read_lines(capsys)[0].endswith(offset)


def test_without_a_zone_times_are_local(tmp_path: Path) -> None:
    """Local means the process's own zone, offset included."""
    program = (
        "import logging; from assembler.steps.log_lines import build_formatter\n"
        "record = logging.makeLogRecord({'created': 0.25})\n"
        "print(build_formatter('%(asctime)s', None).format(record))"
    )

    done = run_cli(["-c", program], tmp_path, {"TZ": "XXX-5:30"})

    assert done.stdout.strip() == "1970-01-01T05:30:00.250+05:30"


def test_an_unknown_zone_gets_a_suggestion(context: StepBench) -> None:
    """It is said at the option."""
    with pytest.raises(StepFault) as raised:
        apply_step(context, "logging", timezone="Europe/Osl")

    assert raised.value.message == 'unknown time zone "Europe/Osl"'
    assert raised.value.hint == "Did you mean 'Europe/Oslo'?"
    assert raised.value.option == ("timezone",)


@pytest.mark.parametrize("zone", ["../etc/passwd", "", "/etc/passwd"])
def test_a_zone_that_is_a_path_is_no_zone(context: StepBench, zone: str) -> None:
    """Nothing outside the list of zones is read."""
    with pytest.raises(StepFault, match="unknown time zone"):
        apply_step(context, "logging", timezone=zone)


@pytest.mark.parametrize("options", [{"pattern": "%(message"}, {"pattern": "x", "format": "json"}])
def test_a_pattern_that_makes_no_line_is_said(context: StepBench, options: dict[str, str]) -> None:
    """Broken, or of no use beside JSON."""
    with pytest.raises(StepFault) as raised:
        apply_step(context, "logging", **options)

    assert raised.value.option == ("pattern",)


@pytest.mark.parametrize(
    "options", [{"level": "loud"}, {"level": 10}, {"loggers": {"x": "y"}}, {"format": "xml"}]
)
def test_what_is_no_level_or_format_is_refused(options: dict[str, object]) -> None:
    """The five levels that have names, in any case."""
    with pytest.raises(ValidationError):
        LoggingOptions.model_validate(options)


def test_json_without_its_package_names_the_extra(tmp_path: Path) -> None:
    """The remedy is one command."""
    program = (
        "import sys; sys.modules['pythonjsonlogger'] = None\n"
        "from pathlib import Path; from flask import Flask\n"
        "from assembler.diagnostics.faults import StepFault\n"
        "from tests.support.step_context import StepBench, apply_step\n"
        "try: apply_step(StepBench(Flask('x'), Path.cwd()), 'logging', format='json')\n"
        "except StepFault as fault: print(fault.code.number, fault.hint)"
    )

    done = run_cli(["-c", program], tmp_path)

    assert done.stdout.strip() == (
        f'{codes.EXTRA_MISSING.number} Run `pip install "flask-assembler[json-logging]"`.'
    )


def test_a_line_tells_its_request(context: StepBench, capsys: pytest.CaptureFixture[str]) -> None:
    """Where the step `request_id` is; outside of a request there is nothing to tell."""

    @context.app.get("/")
    def tell() -> str:
        context.app.logger.info("in")
        return ""

    apply_step(context, "logging")
    apply_step(context, "request_id", trust=True)
    context.finish()

    context.app.test_client().get("/", headers={"X-Request-ID": "r1"}, buffered=True)
    context.app.logger.info("out")

    inside, outside = (line.partition(" INFO ")[2] for line in read_lines(capsys))
    assert inside == "shop_logged [request_id=r1]: in"
    assert outside == "shop_logged: out"


def test_json_and_patterns_have_the_ids_as_fields(
    context: StepBench, capsys: pytest.CaptureFixture[str]
) -> None:
    """A pattern gets a dash for what is not known, JSON nothing."""
    for options in ({"format": "json"}, {"pattern": "%(request_id)s %(trace_id)s %(message)s"}):
        apply_step(context, "logging", **options)
        context.app.logger.info("in", extra={"request_id": "own"})
        context.app.logger.info("out")

    first, second, third, fourth = read_lines(capsys)
    assert json.loads(first)["request_id"] == "own"
    assert not {"request_id", "trace_id", "ids"} & json.loads(second).keys()
    assert (third, fourth) == ("own - in", "- - out")


def test_a_file_gets_the_lines_as_well(
    context: StepBench, capsys: pytest.CaptureFixture[str]
) -> None:
    """In the instance folder; it is closed and left alone at the end."""
    context.app.instance_path = str(context.root)
    options = {"file": "app.log", "file_max_bytes": 10, "file_backups": 1}
    apply_step(context, "logging", pattern="%(message)s", **options)
    context.app.logger.info("one line")
    context.app.logger.info("two line")
    context.close()
    context.app.logger.info("after")

    assert read_lines(capsys) == ["one line", "two line", "after"]
    assert (context.root / "app.log.1").read_text() == "one line\n"
    assert (context.root / "app.log").read_text() == "two line\n"


def test_a_canary_rotates_nothing(context: StepBench) -> None:
    """Whoever serves does, once it is its turn."""
    context.app.instance_path = str(context.root)
    context.report.boot = Boot("reload", 2, is_canary=True)
    apply_step(context, "logging", pattern="%(message)s", file="app.log", file_max_bytes=10)
    context.app.logger.info("one line")
    context.app.logger.info("two line")
    context.close()

    assert (context.root / "app.log").read_text() == "one line\ntwo line\n"


def test_a_file_that_cannot_be_written_to_is_said(context: StepBench) -> None:
    """At the option, before anything is served."""
    with pytest.raises(StepFault, match="cannot be written to") as raised:
        apply_step(context, "logging", file="none/app.log")

    assert raised.value.option == ("file",)


def read_json(text: str) -> list[dict[str, Any]]:
    """Parse each line."""
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize("patches", ["", "patches: [gevent, psycopg2]\n"])
def test_every_line_of_a_server_is_json_and_tells_its_request(
    process: StartProcess, tmp_path: Path, patches: str
) -> None:
    """The master's, the workers', each request's and the app's."""
    served = Served.start(process, tmp_path, f"{patches}{LOGGED}")
    for number in range(4):
        http_get(f"{served.url}/?{number}", headers={"X-Request-ID": f"r{number}"})
    http_get(f"{served.url}/error", headers={"X-Request-ID": "failed"})
    served.process.wait_for_line('"path": "/error"')
    served.process.terminate()

    errors = read_json(served.process.stderr)
    assert {"Starting gunicorn", "Listening at:"} <= {
        " ".join(line["message"].split()[:2]) for line in errors
    }
    assert [line["request_id"] for line in errors if "exc_info" in line] == ["failed"]
    requests = {line["request_id"]: line for line in read_json(served.process.stdout)}
    assert {"r0", "r1", "r2", "r3", "failed"} <= requests.keys()
    assert (requests["failed"]["status"], requests["failed"]["path"]) == (500, "/error")
    assert requests["r1"]["message"].startswith("127.0.0.1 - - [")
    assert requests["r1"]["bytes"] == 4


def test_the_lines_of_gevents_server_tell_their_requests(
    process: StartProcess, tmp_path: Path
) -> None:
    """They are of another form, and on standard error."""
    text = LOGGED.partition("server:")[0] + "server: {use: gevent, with: {log: true}}\n"
    served = Served.start(process, tmp_path, f"patches: [gevent, psycopg2]\n{text}")
    http_get(f"{served.url}/", headers={"X-Request-ID": "r1"})
    served.process.wait_for_line('"request_id": "r1"')
    served.process.terminate()

    (text,) = (one for one in served.process.stderr.splitlines() if '"r1"' in one)
    line = json.loads(text)
    assert line["logger"] == "gevent.access"
    assert '"GET / HTTP/1.1" 200' in line["message"]


def test_the_servers_lines_can_stay_as_they_are(process: StartProcess, tmp_path: Path) -> None:
    """For whoever reads them already."""
    text = LOGGED.replace("{format: json}", "{format: json, server_lines: false}")
    served = Served.start(process, tmp_path, text)
    served.process.wait_for_line(r"\[INFO\] Listening at: ")
    served.process.wait_for_line(r'^127\.0\.0\.1 - - \[.*"GET / HTTP')


def test_gunicorns_own_logs_stay_beside_the_apps(process: StartProcess, tmp_path: Path) -> None:
    """Its start, each request and the app's line come exactly once, under the real server."""
    (tmp_path / "served.py").write_text(SERVED)
    port = free_port()
    command = f"-m gunicorn --bind 127.0.0.1:{port} --access-logfile - served:app"
    running = process(command.split())

    running.wait_for_http(f"http://127.0.0.1:{port}/")
    assert http_get(f"http://127.0.0.1:{port}/?second").text == "served"
    running.wait_for_line(r"GET /\?second")
    running.terminate()

    said = [line for line in running.stderr.splitlines() if "said by the app" in line]
    assert len(said) == running.stdout.count('"GET /')
    assert json.loads(said[0])["level"] == "INFO"
    assert running.stderr.count("Listening at: ") == 1
    assert running.stdout.count("GET /?second") == 1
