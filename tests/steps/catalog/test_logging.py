"""The catalogue step `logging`."""

from __future__ import annotations

import json
import logging
import re
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from pydantic import ValidationError

from assembler.diagnostics import codes
from assembler.diagnostics.faults import StepFault
from assembler.steps.catalog.logging import LoggingOptions
from tests.support.processes import free_port, http_get, run_cli
from tests.support.step_context import StepBench, apply_step

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import StartProcess

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
